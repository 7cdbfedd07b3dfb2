use flow_runtime::{flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(trigger = all_finished)]
fn count(rows: &Vec<u32>) -> usize {
    rows.len()
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
