//! `fn report() -> Report`: the task's struct has the function's name, so a type in its own case is free.
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    report: u32,
}

#[task(target = "<node>.json")]
fn report(report: u32) -> Report {
    Report { report }
}

#[task]
fn read(report: &Report) -> u32 {
    report.report
}

flow! {
    fn reports(n: u32) -> Report {
        report = report(report: n);
        read = read(report);
        last = report(*read + report.report);
        last
    }
}

fn main() {
    let run = Runner::in_memory().run(reports(2)).unwrap();
    assert_eq!(run.output(), &Report { report: 4 });
    assert_eq!(report(1).report, 1);
    assert_eq!(report { report: 3 }.report, 3);
}
