use flow_runtime::{flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn count(rows: &[u32]) -> usize {
    rows.len()
}

flow! {
    fn counted() -> usize {
        rows = load();
        #[node(trigger = all_finished)]
        n = count(&rows[1..]);
        //         ^^^^
        n
    }
}

fn main() {}
