use flow_runtime::{flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(trigger = all_finished)]
fn count(rows: usize) -> usize {
    rows
}

flow! {
    fn counted() -> usize {
        rows = load();
        n = count(rows.len());
        //        ^^^^
        n
    }
}

fn main() {}
