//! Statements stand in any order, with or without `let`: the edges decide what runs first.
use std::sync::Mutex;

use flow_runtime::{Runner, flow, task};

static ENDED: Mutex<Vec<&str>> = Mutex::new(Vec::new());

#[task]
fn one(context: &flow_runtime::Context) -> u32 {
    ENDED.lock().unwrap().push(context.node());
    1
}

#[task]
fn add(a: u32, b: &u32, context: &flow_runtime::Context) -> u32 {
    ENDED.lock().unwrap().push(context.node());
    a + b
}

flow! {
    fn backwards() -> u32 {
        d = add(c, b, upstream: [b]);
        let c = add(a: *b + 1, b: a);
        b = add(a, a);
        let a = one();
        d
    }
}

fn main() {
    let run = Runner::in_memory().run(backwards()).unwrap();
    assert_eq!(*run.output(), 6);
    assert_eq!(*ENDED.lock().unwrap(), ["a", "b", "c", "d"]);
    let states: Vec<_> = run.nodes().map(|(node, _)| node.name).collect();
    assert_eq!(states, ["d", "c", "b", "a"]);
}
