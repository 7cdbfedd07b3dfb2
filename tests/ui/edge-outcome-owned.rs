use flow_runtime::{Outcome, flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(trigger = all_finished)]
fn count(rows: Outcome<Vec<u32>>) -> usize {
    rows.success().map_or(0, |rows| rows.len())
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
