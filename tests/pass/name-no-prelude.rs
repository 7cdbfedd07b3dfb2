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

fn always(_: &[::flow_runtime::plan::UpstreamState]) -> bool {
    true
}

fn look(_: &::flow_runtime::NodeInfo<'_>, _: &::flow_runtime::State, _: &::flow_runtime::State) {}

fn alert(_: &::flow_runtime::FailedNode<'_>) {}

fn worth(_: &::std::io::Error) -> bool {
    false
}

#[::flow_runtime::task(
    retries = 1,
    retry_delay = "1s",
    backoff(factor = 2),
    retry_if = worth,
    timeout = "1m",
    trigger = always,
    skip_on_upstream_skip = false,
    tags = ["a"],
    on_state = look,
    on_failure = alert
)]
fn size(text: ::flow_runtime::Outcome<&str>) -> ::std::result::Result<usize, ::std::io::Error> {
    ::std::result::Result::Ok(text.success().map_or(0, str::len))
}

#[::flow_runtime::task]
fn length(text: ::std::option::Option<&str>) -> usize {
    text.map_or(0, str::len)
}

::flow_runtime::flow! {
    fn ruled(name: String) -> usize {
        t = text(name);
        #[node(trigger = any_successful, retries = 2, backoff(max = "1s"), timeout = "1s")]
        #[node(tags = ["b"], on_state = look, on_failure = alert)]
        s = size(t);
        #[node(skip_on_upstream_skip = false)]
        l = length(t);
        n = sum(s, l);
        n
    }
}

#[::flow_runtime::task]
fn sum(a: usize, b: usize) -> usize {
    a + b
}

::flow_runtime::flow! {
    fn counting(name: String, extra: usize = 1) -> usize {
        t = text(name);
        #[node(target = "<extra>/<name>/{text}.json")]
        n = count(text: t, extra: extra + 1);
        n
    }
}

fn word() -> ::std::result::Result<String, ::std::io::Error> {
    ::std::result::Result::Ok(String::new())
}

#[::flow_runtime::task]
fn width(#[resource] word: &str, extra: usize) -> usize {
    word.len() + extra
}

::flow_runtime::flow! {
    fn lending(#[resource(word)] word: String, extra: usize = word.len()) -> usize {
        w = width(word, extra);
        v = width(&word[1..], word.len() + w);
        v
    }
}

#[::flow_runtime::task]
fn squared(x: u32) -> u32 {
    x * x
}

#[::flow_runtime::task]
fn all_of(of: &[::flow_runtime::Outcome<&u32>], rest: &[&u32]) -> usize {
    of.len() + rest.len()
}

::flow_runtime::flow! {
    fn many(xs: ::std::vec::Vec<u32>) -> usize {
        #[node(key = |x| x, at_most = 2, tolerate = "1%", target = "squares/<key>.txt")]
        a = for x in xs.as_slice().to_vec() { squared(x) };
        b = for (x, y) in zip(a, xs) { squared(*x + *y) };
        n = all_of(a, b);
        n
    }
}

fn main() {
    let runner = ::flow_runtime::Runner::in_memory();
    let run = match runner.run(many(::std::vec![1, 2])) {
        ::std::result::Result::Ok(run) => run,
        ::std::result::Result::Err(error) => ::std::panic!("{}", error),
    };
    ::std::assert_eq!(*run.output(), 4);
    let name = ::std::borrow::ToOwned::to_owned("abc");
    let run = match runner.run(ruled(name)) {
        ::std::result::Result::Ok(run) => run,
        ::std::result::Result::Err(error) => ::std::panic!("{}", error),
    };
    ::std::assert_eq!(*run.output(), 6);
    let name = ::std::borrow::ToOwned::to_owned("abc");
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
    let name = ::std::borrow::ToOwned::to_owned("abc");
    let run = match runner.run(lending(name)) {
        ::std::result::Result::Ok(run) => run,
        ::std::result::Result::Err(error) => ::std::panic!("{}", error),
    };
    ::std::assert_eq!(*run.output(), 11);
    let _: Vec<u8> = Vec::new();
}
