//! A crate that has its own `Result`, `String`, `vec!` and `format!`.
#![allow(dead_code)]

type Result<T> = std::result::Result<T, std::num::ParseIntError>;
struct String;
struct Vec;
macro_rules! vec { () => { compile_error!("not this one") } }
macro_rules! panic { () => { compile_error!("not this one") } }
macro_rules! unreachable { () => { compile_error!("not this one") } }
macro_rules! file { () => { compile_error!("not this one") } }

use flow_runtime::{Runner, flow, task};

#[task(target = "n.txt")]
fn parse(text: &str) -> Result<u32> {
    text.parse()
}

fn main() {
    let f = flow! { #[node(target = "<text>.json")] n = parse("7"); n };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 7);
}
