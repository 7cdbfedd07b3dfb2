//! `r#upstream` is a parameter like any other, beside the option `upstream` of a call.
use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn double(r#upstream: u32) -> u32 {
    2 * upstream
}

fn main() {
    let f = flow! {
        a = one();
        b = double(r#upstream: a);
        c = double(r#upstream: 5, upstream: [a, b]);
        d = double(c, upstream: [b]);
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.result(f.b()).unwrap(), 2);
    assert_eq!(*run.result(f.d()).unwrap(), 20);
}
