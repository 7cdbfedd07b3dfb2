//! A resource may have any name, also one that the macro has for something of its own.
#![allow(non_snake_case)]

use flow_runtime::{Budget, Runner, Slice, flow, task};

#[task(crate = flow_runtime)]
fn joined(#[resource] state: &str, #[resource] r#type: &str, #[resource] given: &str, and: usize) -> String {
    format!("{state}{type}{given}{and}", r#type = r#type)
}

flow! {
    #[flow(crate = flow_runtime)]
    fn naming(
        #[resource] state: String,
        #[resource] r#type: String,
        #[resource] given: String,
        #[resource] flow: String,
        #[resource] spec: String,
        #[resource] __attempt_: String,
    ) -> String {
        a = joined(state, r#type, given, flow.len() + spec.len());
        b = joined(and: a.len(), r#type: &r#type[1..], state: __attempt_, given: given.trim());
        b
    }
}

fn six() -> [String; 6] {
    ["s", "tt", "g", "f", "spec", "p"].map(str::to_owned)
}

fn main() {
    let [a, b, c, d, e, f] = six();
    let runner = Runner::in_memory();
    let Slice::CallAgain { state, .. } = runner.slice(naming(a, b, c, d, e, f), Budget::tasks(1)).unwrap() else {
        panic!("one is left");
    };
    let [a, b, c, d, e, f] = six();
    let run = runner.run(naming::restore(state, a, b, c, d, e, f).unwrap()).unwrap();
    assert_eq!(run.result(naming::a).unwrap(), "sttg5");
    assert_eq!(run.output(), "ptg5");
}
