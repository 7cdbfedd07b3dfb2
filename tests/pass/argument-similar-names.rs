//! A name that resembles a node's or a parameter's is what it is: a constant, a function, a variable of the expression.
#![deny(warnings)]
#![allow(non_upper_case_globals)]

use flow_runtime::{Runner, flow, task};

const ros: u32 = 2;
static row: u32 = 3;

fn rws(x: u32) -> u32 {
    x + 1
}

#[task]
fn add(x: u32, y: u32) -> u32 {
    x + y
}

#[task]
fn print(text: String) -> String {
    text
}

flow! {
    fn similar(limits: u32 = 5) -> u32 {
        rows = add(1, 1);
        a = add(ros, row);
        b = add(rws(ros), rows);
        c = add([1, 2].iter().map(|limit| limit + ros).sum(), [*rows].iter().map(|rowe| rowe + limits).sum());
        d = print(format!("{row}{ros}{rows}"));
        last = add({ let rowz = 1; rowz + ros }, y(limits));
        last
    }
}

fn y(limit: u32) -> u32 {
    limit
}

fn main() {
    let run = Runner::in_memory().run(similar()).unwrap();
    assert_eq!(*run.result(similar::a).unwrap(), 5);
    assert_eq!(*run.result(similar::b).unwrap(), 5);
    assert_eq!(*run.result(similar::c).unwrap(), 14);
    assert_eq!(run.result(similar::d).unwrap(), "322");
    assert_eq!(*run.output(), 8);
}
