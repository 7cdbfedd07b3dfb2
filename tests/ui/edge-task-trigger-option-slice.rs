use flow_runtime::{flow, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(trigger = any_failed)]
fn count(rows: Option<&[u32]>) -> usize {
    rows.map_or(0, |rows| rows.len())
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
