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

/// A type of this name by value is an argument, unless it is the runtime's.
mod page {
    #[derive(Clone)]
    pub struct Context(pub u32);
}

#[task]
fn render(page: page::Context) -> u32 {
    page.0
}

fn main() {
    let f = flow! { r = render(page::Context(3)); r };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 3);
    let f = flow! { s = stamp(1, 2); t = later(); n = stamp(after: 4, before: 3); };
    let run = Runner::in_memory().date(Date::constant(2026, 5, 6)).run(f).unwrap();
    assert_eq!(run.result(f.s()).unwrap(), "s 2026-05-06 12");
    assert_eq!(run.result(f.n()).unwrap(), "n 2026-05-06 34");
    assert_eq!(run.result(f.t()).unwrap(), "later");
}
