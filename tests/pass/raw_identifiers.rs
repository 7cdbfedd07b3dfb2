//! Keywords with `r#` name parameters, tasks, nodes and flows; in messages and keys they stand without it.
#![allow(non_camel_case_types)]

use flow_runtime::{Runner, flow, task};

#[task]
fn r#match(r#type: u32, r#ref: &str) -> String {
    format!("{type} {ref}", r#type = r#type, r#ref = r#ref)
}

#[task]
fn length(r#match: &str) -> usize {
    r#match.len()
}

flow! {
    fn r#loop(r#type: u32, r#move: String = "x".to_owned()) -> usize {
        r#match = r#match(r#type, r#move);
        r#fn = r#match(r#type: r#type + 1, r#ref: &format!("{}!", r#match));
        r#in = length(r#match: r#fn);
        r#in
    }
}

fn main() {
    let run = Runner::in_memory()
        .run(r#loop(7).r#move("yz".to_owned()))
        .unwrap();
    assert_eq!(run.result(r#loop::r#match).unwrap(), "7 yz");
    assert_eq!(run.result(r#loop::r#fn).unwrap(), "8 7 yz!");
    assert_eq!(*run.output(), 7);
    let names: Vec<_> = run.nodes().map(|(node, _)| node.name).collect();
    assert_eq!(names, ["match", "fn", "in"]);
    assert_eq!(run.flow(), "loop");
}
