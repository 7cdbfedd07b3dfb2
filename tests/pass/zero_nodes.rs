//! A flow without nodes is a success at once.
use flow_runtime::{Runner, StateType, flow};

flow! {
    /// Nothing.
    fn nothing() {}
}

flow! {
    fn nothing_of(_n: u32, _m: u32 = 1) {}
}

fn main() {
    let runner = Runner::in_memory();
    let run = runner.run(nothing()).unwrap();
    assert_eq!((run.nodes().count(), run.state().kind), (0, StateType::Success));
    assert_eq!(run.output(), &());
    assert!(runner.run(nothing_of(1)._m(2)).is_ok());
    assert!(runner.run(flow! {}).is_ok());
}
