//! Two flows of one module share tasks and names of nodes; their keys are of different types.
use flow_runtime::{Runner, flow, task};

#[task]
fn rows(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn size(rows: &[u32]) -> usize {
    rows.len()
}

flow! {
    fn daily(n: u32 = 2) -> usize {
        rows = rows(n);
        size = size(rows);
        size
    }
}

flow! {
    fn weekly(n: u32 = 2) -> usize {
        rows = rows(7 * n);
        size = size(rows);
        size
    }
}

fn main() {
    let runner = Runner::in_memory();
    let day = runner.run(daily()).unwrap();
    let week = runner.run(weekly().n(1)).unwrap();
    assert_eq!((*day.output(), *week.output()), (2, 7));
    assert_eq!(
        *day.result(daily::size).unwrap(),
        day.result(daily::rows).unwrap().len()
    );
    assert_eq!(week.result(weekly::rows).unwrap().len(), 7);
}
