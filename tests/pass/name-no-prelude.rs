//! No prelude, and every name of it is something else.
#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types)]

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct Box;
struct Clone;
struct Copy;
struct Send;
struct Sync;
struct Sized;
struct Fn;
struct FnOnce;
struct Into;
struct From;
struct Default;
struct Iterator;
struct Drop;
mod core {}
mod std {}
mod serde {}

use ::std::string::String;
use ::std::vec::Vec;

#[::flow_runtime::task(target = "<name>.txt")]
fn text(name: &str) -> String {
    ::std::borrow::ToOwned::to_owned(name)
}

#[::flow_runtime::task]
async fn count(text: &str, extra: usize) -> ::std::result::Result<usize, ::std::io::Error> {
    ::std::result::Result::Ok(text.len() + extra)
}

::flow_runtime::flow! {
    fn counting(name: String, extra: usize = 1) -> usize {
        t = text(name);
        n = count(text: t, extra: extra + 1);
        n
    }
}

fn main() {
    let name = ::std::borrow::ToOwned::to_owned("abc");
    let runner = ::flow_runtime::Runner::in_memory();
    let run = match runner.run(counting(name)) {
        ::std::result::Result::Ok(run) => run,
        ::std::result::Result::Err(error) => ::std::panic!("{}", error),
    };
    ::std::assert_eq!(*run.output(), 5);
    let f = ::flow_runtime::flow! { t = text("x"); t };
    let run = match runner.run(f) {
        ::std::result::Result::Ok(run) => run,
        ::std::result::Result::Err(error) => ::std::panic!("{}", error),
    };
    ::std::assert_eq!(run.output(), "x");
    let _: Vec<u8> = Vec::new();
}
