//! Tasks and flows may stand in a function's body.
use flow_runtime::{Runner, flow};

fn main() {
    #[flow_runtime::task]
    fn one() -> u32 {
        1
    }

    flow! {
        fn inner() -> u32 { a = one(); a }
    }

    let bare = flow! { b = one(); b };
    let runner = Runner::in_memory();
    assert_eq!(runner.run(inner()).unwrap().output(), runner.run(bare).unwrap().output());
}
