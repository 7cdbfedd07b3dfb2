use flow_runtime::{flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(skip_on_upstream_skip = false)]
fn count(rows: &[u32]) -> usize {
    rows.len()
}

flow! {
    fn counted() -> usize {
        rows = load();
        n = count(&rows[1..]);
        //         ^^^^
        n
    }
}

fn main() {}
