//! `&Context` is no argument, wherever it stands.
use flow_runtime::{Context, Date, Runner, flow, task};

#[task]
fn stamp(before: u32, context: &Context, after: u32) -> String {
    format!("{} {} {before}{after}", context.node(), context.logical_time().date())
}

#[task]
async fn later(_context: &flow_runtime::Context) -> String {
    _context.task().to_owned()
}

fn main() {
    let f = flow! { s = stamp(1, 2); t = later(); n = stamp(after: 4, before: 3); };
    let run = Runner::in_memory().date(Date::constant(2026, 5, 6)).run(f).unwrap();
    assert_eq!(run.result(f.s()).unwrap(), "s 2026-05-06 12");
    assert_eq!(run.result(f.n()).unwrap(), "n 2026-05-06 34");
    assert_eq!(run.result(f.t()).unwrap(), "later");
}
