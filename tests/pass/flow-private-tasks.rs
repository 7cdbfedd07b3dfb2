//! A public flow over private tasks is used from outside its module: keys, results, states.
use flow_runtime::Runner;

mod etl {
    use flow_runtime::{flow, task};

    #[task]
    fn rows() -> Vec<u8> {
        vec![1, 2]
    }

    #[task]
    fn count(rows: &[u8]) -> usize {
        rows.len()
    }

    flow! {
        pub(crate) fn nightly() -> usize { rows = rows(); n = count(rows); n }
    }
}

fn main() {
    let run = Runner::in_memory().run(etl::nightly()).unwrap();
    assert_eq!(*run.output(), 2);
    assert_eq!(*run.result(etl::nightly::rows).unwrap(), [1, 2]);
    assert_eq!(run.node_state(etl::nightly::n).kind, flow_runtime::StateType::Success);
}
