use flow_runtime::{flow, task};

#[task]
fn load() -> String {
    "one".to_owned()
}

#[task(trigger = any_successful)]
fn count(rows: Option<&str>) -> usize {
    rows.map_or(0, |rows| rows.len())
}

flow! {
    fn counted() -> usize {
        rows = load();
        n = count(rows: rows);
        //              ^^^^
        n
    }
}

fn main() {}
