use flow_runtime::{flow, task};

#[task]
fn load() -> String {
    "one".to_owned()
}

#[task(trigger = all_finished)]
fn count(rows: &str) -> usize {
    rows.len()
}

flow! {
    fn counted() -> usize {
        rows = load();
        n = count(rows);
        //        ^^^^
        n
    }
}

fn main() {}
