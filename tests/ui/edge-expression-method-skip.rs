use flow_runtime::{flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn count(rows: usize) -> usize {
    rows
}

flow! {
    fn counted() -> usize {
        rows = load();
        #[node(skip_on_upstream_skip = false)]
        n = count(rows: rows.len());
        //              ^^^^
        n
    }
}

fn main() {}
