//! `mut x` is the body's own: what it changes is neither the node's result nor the flow's parameter.
use flow_runtime::{Runner, flow, task};

#[task]
fn sorted(mut rows: Vec<u32>, mut top: usize) -> Vec<u32> {
    rows.sort_unstable();
    top += 1;
    rows.truncate(top);
    rows
}

#[task]
async fn without(mut rows: Vec<u32>, mut of: &[u32]) -> Vec<u32> {
    while let [first, rest @ ..] = of {
        rows.retain(|row| row != first);
        of = rest;
    }
    rows
}

flow! {
    fn sorting(rows: Vec<u32>) -> Vec<u32> {
        a = sorted(rows, 1);
        b = without(rows, a);
        c = sorted(rows: a, top: 0);
        d = without(b.iter().chain(c).copied().collect(), &[]);
        d
    }
}

fn main() {
    let run = Runner::in_memory().run(sorting(vec![3, 1, 2])).unwrap();
    assert_eq!(run.result(sorting::a).unwrap(), &[1, 2]);
    assert_eq!(run.result(sorting::b).unwrap(), &[3]);
    assert_eq!(run.output(), &[3, 1]);
}
