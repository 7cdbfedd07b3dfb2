//! A bare name borrows for `&T`, `&str`, `&[T]` and clones for `T`.
use flow_runtime::{Runner, flow, task};

#[task]
fn text() -> String {
    "abc".to_owned()
}

#[task]
fn list() -> Vec<u8> {
    vec![1, 2]
}

#[task]
fn all(a: &String, b: &str, c: String, d: &Vec<u8>, e: &[u8], f: Vec<u8>) -> usize {
    a.len() + b.len() + c.len() + d.len() + e.len() + f.len()
}

fn main() {
    let f = flow! { t = text(); l = list(); n = all(t, t, t, l, l, l); n };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 15);
}
