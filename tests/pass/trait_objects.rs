//! A parameter may be a trait object that threads can share, or a function: any expression that coerces will do.
use std::fmt::Display;

use flow_runtime::{Runner, flow, task};

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task]
fn show(of: &(dyn Display + Sync), by: &(dyn Display + Sync)) -> String {
    format!("{of}{by}")
}

#[task]
async fn show_all(of: &[&(dyn Display + Sync)]) -> String {
    of.iter().map(|one| one.to_string()).collect()
}

#[task]
fn apply(
    by: &(dyn Fn(u32) -> u32 + Sync),
    to: u32,
    then: fn(u32) -> u32,
    last: Box<dyn Fn(&u32) -> u32 + Send>,
) -> u32 {
    last(&then(by(to)))
}

flow! {
    fn showing(word: String) -> String {
        n = number(3);
        a = show(&*n, &"x");
        b = show(&word, &'y');
        m = apply(&|x| x + n, 1, |x| 2 * x, Box::new(|x| x + 1));
        c = show_all(&[&*a, &word, m]);
        d = show(&c, &*b);
        d
    }
}

fn main() {
    let run = Runner::in_memory().run(showing("w".to_owned())).unwrap();
    assert_eq!(*run.result(showing::m).unwrap(), 9);
    assert_eq!(run.output(), "3xw9wy");
}
