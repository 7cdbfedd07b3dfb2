//! Docs, `cfg`, `deprecated` and visibility are copied; a task is a function still.
#![deny(warnings)]

use flow_runtime::{Runner, flow, task};

/// Docs with "quotes" and \\ backslashes.
#[deprecated = "use `two`"]
#[task(name = "old one", version = "1-beta")]
#[inline]
fn one() -> u32 {
    1
}

#[cfg(any())]
#[task]
fn never() -> Missing {}

#[cfg(not(any()))]
#[task(version = 3)]
fn two() -> u32 {
    2
}

#[allow(deprecated)]
fn main() {
    let f = flow! { a = one(); b = two(); b };
    assert_eq!(one() + two(), 3);
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.output(), 2);
    assert_eq!(run.nodes().next().unwrap().0.task.name, "old one");
}
