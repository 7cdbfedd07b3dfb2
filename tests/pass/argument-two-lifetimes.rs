//! Two references are two lifetimes, named or not; `Cow<'_, str>` and nested references too.
use std::borrow::Cow;

use flow_runtime::{Runner, flow, task};

#[task]
fn text() -> String {
    "abc".to_owned()
}

#[task]
fn named<'a, 'b>(left: &'a str, right: &'b str) -> usize {
    left.len() + right.len()
}

#[task]
fn cow(text: Cow<'_, str>, pair: (&str, &u8), maybe: Option<&str>) -> usize {
    text.len() + pair.0.len() + usize::from(*pair.1) + maybe.map_or(0, str::len)
}

fn main() {
    let f = flow! {
        t = text();
        n = named(t, t);
        c = cow(Cow::Borrowed(t), (t, &4), Some(&t[1..]));
        n2 = named(right: "x", left: t);
        end = named(&format!("{n}{c}"), &n2.to_string());
        end
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.result(f.c()).unwrap(), 12);
    assert_eq!(*run.output(), 4);
}
