//! Raw identifiers as parameter, task, node, flow; `r#upstream` as a parameter.
use flow_runtime::{Runner, flow, task};

#[task]
fn r#match(r#type: &str, r#upstream: u32) -> String {
    format!("{type}{upstream}", r#type = r#type, upstream = r#upstream)
}

flow! {
    fn r#loop(r#in: String) -> String {
        r#for = r#match(r#in, 2);
        r#if = r#match(r#type: r#for, r#upstream: 3);
        r#if
    }
}

fn main() {
    let run = Runner::in_memory().run(r#loop("a".to_owned())).unwrap();
    assert_eq!(run.output(), "a23");
    assert_eq!(run.result(r#loop::r#for).unwrap(), "a2");
}
