//! Neither macro needs the prelude, and names of the standard library may mean something else.
#![no_implicit_prelude]
#![allow(dead_code)]

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct Send;
struct Sync;
struct Sized;
struct Clone;
struct Copy;
struct Fn;
struct FnOnce;
struct From;
struct Into;
struct Iterator;
struct Future;
struct Display;
struct Error;
struct Task;
struct Flow;
struct Key;
struct Runner;

#[::flow_runtime::task]
fn one() -> u32 {
    1
}

#[::flow_runtime::task(target = "<date>/<node>-<n>.txt")]
fn add(n: u32, m: &u32) -> u32 {
    n + *m
}

#[::flow_runtime::task]
async fn text(
    n: &u32,
    context: &::flow_runtime::Context,
) -> ::std::result::Result<::std::string::String, ::std::fmt::Error> {
    ::std::result::Result::Ok(::std::format!("{} {n}", context.node()))
}

#[::flow_runtime::task]
fn length(text: &str, of: &[u32]) -> usize {
    text.len() + of.len()
}

::flow_runtime::flow! {
    /// Counts.
    pub fn counting(n: u32, m: u32 = 2) -> usize {
        a = one();
        b = add(n: n, m: a);
        c = add(m, b, upstream: [a]);
        t = text(c);
        l = length(&::std::format!("{t}{}", b), &[*a, *b]);
        l
    }
}

fn main() {
    let runner = ::flow_runtime::Runner::in_memory();
    let run = runner.run(counting(4).m(3)).unwrap();
    ::std::assert_eq!(*run.result(counting::c).unwrap(), 8);
    ::std::assert_eq!(run.result(counting::t).unwrap(), "t 8");
    ::std::assert_eq!(*run.output(), 6);

    let bare = ::flow_runtime::flow! { a = one(); b = add(1, a); b };
    ::std::assert_eq!(*runner.run(bare).unwrap().output(), 2);
}
