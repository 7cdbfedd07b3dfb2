//! `Result` is told by type: own aliases, generic ones, `io::Result`.
use std::io;

use flow_runtime::{Runner, StateType, flow, task};

type Short = Result<u32, String>;
type Generic<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[task]
fn short(fails: bool) -> Short {
    if fails { Err("short".to_owned()) } else { Ok(1) }
}

#[task]
fn generic() -> Generic<u32> {
    Ok("2".parse()?)
}

#[task]
async fn input() -> io::Result<u32> {
    Err(io::Error::other("no input"))
}

#[task]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    let f = flow! { a = short(false); b = generic(); c = input(); d = short(true); s = sum(a, b); s };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.output(), 3);
    assert_eq!(run.node_state(f.c()).kind, StateType::Failed);
    assert_eq!(run.node_state(f.d()).message, "short");
}
