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

#[engine::task(crate = engine, trigger = all_finished, retries = 1, timeout = "1m", on_failure = alert)]
fn told(x: engine::Outcome<&u32>) -> u32 {
    x.success().map_or(0, |x| x + 1)
}

fn alert(_: &engine::FailedNode<'_>) {}

engine::flow! {
    #[flow(crate = engine)]
    fn ruled() -> u32 {
        a = one(1);
        #[node(trigger = any_successful, retry_delay = "1s", backoff(factor = 2), on_failure = alert)]
        b = told(a);
        b
    }
}

engine::flow! {
    #[flow(crate = engine)]
    fn ones(x: u32 = 1) -> u32 { #[node(target = "<x>.json")] a = one(x); a }
}

engine::flow! {
    #[flow(crate = engine)]
    fn many() -> engine::Mapped<u32> {
        #[node(key = u32::to_string, target = "<index>.json")]
        all = for x in 0..3_u32 { one(x) };
        all
    }
}

fn main() {
    assert_eq!(engine::Runner::in_memory().run(many()).unwrap().output().len(), 3);
    let runner = engine::Runner::in_memory();
    assert_eq!(*runner.run(ruled()).unwrap().output(), 2);
    assert_eq!(*runner.run(ones()).unwrap().output(), 1);
    let f = engine::flow! { #![flow(crate = engine)] a = one(2); a };
    assert_eq!(*runner.run(f).unwrap().output(), 2);
}
