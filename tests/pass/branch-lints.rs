//! An `if` or `match` has no lint of rustc's or clippy's fire.
#![deny(warnings, clippy::all, clippy::pedantic, unused, unreachable_pub)]

use flow_runtime::{Runner, flow, task};

#[task]
fn copy(number: u32) -> u32 {
    number
}

#[task]
fn read(number: Option<&u32>) -> u32 {
    number.copied().unwrap_or(3)
}

flow! {
    fn chosen(number: u32, flag: bool) -> u32 {
        a = if flag { copy(number) };
        b = match number { 0 => copy(1), n if n > 3 => copy(n), _unused => read(a) };
        c = if let Some(unused) = Some(number) { copy(unused) } else { copy(b) };
        c
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(*Runner::in_memory().run(chosen(2, false))?.output(), 2);
    let f = flow! { a = copy(1); b = if *a > 0 { copy(a) } else { copy(2) }; c = match *b { 1 => copy(5), _ => copy(6) }; c };
    assert_eq!(*Runner::in_memory().run(f)?.output(), 5);
    Ok(())
}
