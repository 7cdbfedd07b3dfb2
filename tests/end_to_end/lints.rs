//! Lints that an author turns on look at what the author wrote, not at what the macros make of it. Clippy is what tests
//! this; `pass/lints-denied.rs` does so for rustc's lints.
#![deny(clippy::indexing_slicing, clippy::missing_const_for_fn)]

use flow_runtime::{Runner, flow, task};

#[task(target = "lints/<more>/<task_name>.json")]
fn row(more: u32) -> Vec<u32> {
    vec![more]
}

#[task]
fn count(rows: &[u32], more: u32) -> usize {
    rows.iter().filter(|&&row| row < more).count()
}

flow! {
    fn counting(first: u32, more: u32) -> usize {
        all = row(first);
        n = count(rows: all, more: more + 1);
        n
    }
}

#[test]
fn denied_lints_of_clippy_say_nothing_of_a_flow() {
    let run = Runner::in_memory().run(counting(2, 2)).unwrap();
    assert_eq!(*run.output(), 1);
}
