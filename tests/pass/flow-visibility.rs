//! `pub(crate)`, `pub(super)` and private flows: function, type, keys and setters are as visible as they say.
#![deny(private_interfaces, private_bounds, unreachable_pub)]

use flow_runtime::Runner;

mod outer {
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    pub(crate) struct Rows(pub(crate) Vec<u32>);

    #[flow_runtime::task]
    pub(crate) fn rows(n: u32) -> Rows {
        Rows((0..n).collect())
    }

    flow_runtime::flow! {
        pub(crate) fn crate_wide(n: u32 = 2) -> Rows {
            rows = rows(n);
            rows
        }
    }

    pub(crate) mod inner {
        flow_runtime::flow! {
            pub(in crate::outer) fn narrow() -> super::Rows {
                rows = super::rows(3);
                rows
            }
        }

        flow_runtime::flow! {
            pub(super) fn above(from: super::Rows) {
                more = super::rows(from.0.len() as u32);
            }
        }
    }

    pub(crate) fn sizes() -> (usize, usize) {
        let runner = flow_runtime::Runner::in_memory();
        let narrow = runner.run(inner::narrow()).unwrap();
        let above = runner.run(inner::above(Rows(vec![1]))).unwrap();
        (
            narrow.output().0.len(),
            above.result(inner::above::more).unwrap().0.len(),
        )
    }
}

fn main() {
    let run = Runner::in_memory().run(outer::crate_wide().n(4)).unwrap();
    assert_eq!(run.result(outer::crate_wide::rows).unwrap().0, [0, 1, 2, 3]);
    assert_eq!(outer::sizes(), (3, 1));
}
