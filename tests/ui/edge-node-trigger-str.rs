use flow_runtime::{flow, task};

#[task]
fn load() -> String {
    "one".to_owned()
}

#[task]
fn count(rows: &str) -> usize {
    rows.len()
}

flow! {
    fn counted() -> usize {
        rows = load();
        #[node(trigger = all_finished)]
        n = count(rows: rows);
        //              ^^^^
        n
    }
}

fn main() {}
