//! The output of the macros calls no macro and names no module or type that an author may have shadowed.
#![allow(dead_code, unused_macros, non_camel_case_types)]

use flow_runtime::Runner;

macro_rules! panic {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! format {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! vec {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! file {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! line {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! module_path {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! concat {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! stringify {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! matches {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! unreachable {
    ($($any:tt)*) => {
        compile_error!("shadowed")
    };
}

mod core {}
mod std {}
mod alloc {}
type Option<T> = ::std::marker::PhantomData<T>;
type Result<T> = ::std::marker::PhantomData<T>;
enum Own {
    Some,
    None,
    Ok,
    Err,
}
use Own::{Err, None, Ok, Some};

#[flow_runtime::task(target = "<node>-<n>.txt")]
fn double(n: u32, _what: &str) -> u32 {
    2 * n
}

#[flow_runtime::task]
async fn sum(of: &[u32], context: &flow_runtime::Context) -> u32 {
    of.iter().sum::<u32>() + context.node().len() as u32
}

flow_runtime::flow! {
    fn doubling(n: u32 = 1) -> u32 {
        a = double(n, "x");
        b = double(n: a + 1, _what: &a.to_string());
        s = sum(&[*a, *b]);
        s
    }
}

fn main() {
    let _ = (Own::Some, Some, None, Ok, Err);
    let run = Runner::in_memory().run(doubling()).unwrap();
    assert_eq!(*run.output(), 9);
}
