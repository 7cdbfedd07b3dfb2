//! `&Context` is no argument, wherever it stands and by whatever path, and a task may take nothing else.
use flow_runtime::{Context, Date, Runner, flow, task};

#[task]
fn alone(_: &Context) -> u32 {
    1
}

#[task]
fn first(context: &Context, n: u32) -> String {
    format!("{}/{}/{} {n}", context.flow(), context.node(), context.task())
}

#[task(name = "in the middle")]
async fn middle(a: &str, context: &flow_runtime::Context, b: u32) -> String {
    format!("{a} {b} {}", context.task())
}

#[task]
fn last<'a>(text: &'a str, context: &'a Context) -> String {
    format!("{text} on {}", context.logical_time().date())
}

flow! {
    fn asking() -> String {
        n = alone();
        a = first(n);
        b = middle(b: *n + 1, a: a);
        c = last(b);
        c
    }
}

fn main() {
    let runner = Runner::in_memory().date(Date::constant(2026, 2, 3));
    let run = runner.run(asking()).unwrap();
    assert_eq!(run.output(), "asking/a/first 1 2 in the middle on 2026-02-03");
}
