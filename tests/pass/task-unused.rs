//! A task that no flow calls, and a flow that nobody runs, are no dead code.
#![deny(dead_code)]

use flow_runtime::{flow, task};

#[task]
fn unused(x: &str) -> usize {
    x.len()
}

flow! {
    fn never(text: String = String::new()) { a = unused(text); }
}

fn main() {
    let _ = never();
}
