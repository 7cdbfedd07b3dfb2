//! `fn report() -> Report`: the task's struct has the function's name, not the type's.
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Report {
    rows: u32,
    children: Vec<Report>,
}

#[task]
fn report() -> Report {
    Report { rows: 2, children: vec![Report { rows: 3, children: Vec::new() }] }
}

#[task]
fn total(report: &Report) -> u32 {
    report.rows + report.children.iter().map(total).sum::<u32>()
}

fn main() {
    let f = flow! { report = report(); all = total(report); all };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 5);
}
