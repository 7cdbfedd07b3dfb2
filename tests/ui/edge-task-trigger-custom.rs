use flow_runtime::plan::UpstreamState;
use flow_runtime::{flow, task};

fn always(_: &[UpstreamState]) -> bool {
    true
}

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(trigger = self::always)]
fn count(rows: &[u32]) -> usize {
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
