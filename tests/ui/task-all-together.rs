//! errors: 6

use flow_runtime::{flow, task};

#[task(retries = "3", target = "reports/<dya>.txt")]
unsafe fn report(upstream: u32, (a, b): (u32, u32), day: &mut u32) -> u32 {
    upstream + a + b + *day
}

flow! {
    /// A flow that uses a broken task has no errors of its own.
    fn reports() {
        a = one();
        b = report(a, (1, 2), &3);
    }
}

#[task]
fn one() -> u32 {
    1
}

fn main() {}
