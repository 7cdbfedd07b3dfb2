//! What is a `Result` is told by its type: own aliases, generic ones, `io::Result`, and types that only look like one.
use std::fmt;
use std::io;

use flow_runtime::StateType::{Failed, Success, TriggerFailed};
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

type Fallible = Result<u32, Bad>;
type Parsed<T, E = std::num::ParseIntError> = Result<T, E>;
type Boxed<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Debug)]
struct Bad;

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bad")
    }
}

impl std::error::Error for Bad {}

mod looks_like_one {
    #[derive(serde::Serialize, serde::Deserialize)]
    pub(crate) struct Result<T, E>(pub(crate) T, pub(crate) E);
}

#[derive(Serialize, Deserialize)]
struct Ok(u32);

#[task]
fn own(good: bool) -> Fallible {
    if good { Result::Ok(1) } else { Err(Bad) }
}

#[task]
async fn generic(text: &str) -> Parsed<u32> {
    text.parse()
}

#[task]
fn of_io() -> io::Result<Vec<u32>> {
    Result::Ok(vec![3])
}

#[task]
async fn boxed(good: bool) -> Boxed<u32> {
    if good { Result::Ok(4) } else { Err("no".into()) }
}

#[task]
fn other() -> looks_like_one::Result<u32, u32> {
    looks_like_one::Result(5, 6)
}

#[task]
fn named_ok() -> Ok {
    Ok(7)
}

#[task]
fn text_error(good: bool) -> Result<(), String> {
    if good {
        Result::Ok(())
    } else {
        Err("text".to_owned())
    }
}

#[task]
fn sum(a: u32, b: u32, c: &[u32], d: u32, e: &looks_like_one::Result<u32, u32>, f: &Ok, _g: ()) -> u32 {
    a + b + c[0] + d + e.0 + e.1 + f.0
}

flow! {
    fn adding(good: bool, text: String) -> u32 {
        a = own(good);
        b = generic(text);
        c = of_io();
        d = boxed(good);
        e = other();
        f = named_ok();
        g = text_error(good);
        s = sum(a, b, c, d, e, f, g);
        s
    }
}

fn main() {
    let runner = Runner::in_memory();
    let run = runner.run(adding(true, "2".to_owned())).unwrap();
    assert_eq!(*run.output(), 28);

    let run = runner.run_to_end(adding(false, "two".to_owned())).unwrap();
    let kinds: Vec<_> = run.nodes().map(|(_, state)| state.kind).collect();

    assert_eq!(
        kinds,
        [
            Failed,
            Failed,
            Success,
            Failed,
            Success,
            Success,
            Failed,
            TriggerFailed
        ]
    );
}
