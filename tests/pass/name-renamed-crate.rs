//! The runtime under another name: `crate =` on tasks and flows, inner in a bare one.
extern crate flow_runtime as engine;

mod shadow {
    pub mod flow_runtime {}
}
#[allow(unused_imports)]
use shadow::flow_runtime;

#[engine::task(crate = engine, target = "<x>.txt")]
fn one(x: u32) -> u32 {
    x
}

engine::flow! {
    #[flow(crate = engine)]
    fn ones(x: u32 = 1) -> u32 { a = one(x); a }
}

fn main() {
    let runner = engine::Runner::in_memory();
    assert_eq!(*runner.run(ones()).unwrap().output(), 1);
    let f = engine::flow! { #![flow(crate = engine)] a = one(2); a };
    assert_eq!(*runner.run(f).unwrap().output(), 2);
}
