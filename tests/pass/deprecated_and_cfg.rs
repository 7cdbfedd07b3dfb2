//! `deprecated` and `cfg` on a task or flow hold for everything that the macros make of it.
#![deny(warnings)]

use flow_runtime::{Runner, flow, task};

#[deprecated = "use `new`"]
#[task]
fn old(n: u32) -> u32 {
    n
}

#[task]
#[deprecated(since = "1.0.0", note = "use `new`")]
async fn older(n: &u32) -> u32 {
    *n
}

#[task]
fn new(n: u32) -> u32 {
    n + 1
}

#[cfg(any())]
#[task]
fn absent(n: Absent) -> Absent {
    n
}

#[cfg(any(unix, not(unix)))]
#[task]
fn chosen() -> u32 {
    1
}

#[task]
#[cfg(any())]
fn chosen() -> u32 {
    2
}

flow! {
    #[cfg(any())]
    fn numbering() -> Absent {
        a = absent();
        a
    }
}

flow! {
    #[cfg(any(unix, not(unix)))]
    #[deprecated(note = "use `new`")]
    fn numbering(n: u32) -> u32 {
        c = chosen();
        a = new(n, upstream: [c]);
        a
    }
}

flow! {
    #[allow(deprecated)]
    fn still_old() -> u32 {
        a = old(1);
        b = older(a);
        b
    }
}

#[allow(deprecated)]
fn main() {
    let runner = Runner::in_memory();
    assert_eq!(*runner.run(numbering(1)).unwrap().output(), 2);
    assert_eq!(
        *runner.run(numbering(1)).unwrap().result(numbering::c).unwrap(),
        1
    );
    assert_eq!(*runner.run(still_old()).unwrap().output(), 1);
    assert_eq!(old(3), 3);
}
