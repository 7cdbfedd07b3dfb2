//! A default is any expression, and may use the parameters before it, as they are before any setter.
use flow_runtime::{Runner, flow, task};

const TOP: u32 = 10;

fn twice(n: u32) -> u32 {
    2 * n
}

#[task]
fn tell(limit: u32, top: &u32, text: &str) -> String {
    format!("{limit} {top} {text}")
}

flow! {
    fn telling(limit: u32, top: u32 = twice(limit) + TOP, text: String = format!("{limit} to {top}")) -> String {
        told = tell(limit, top, text);
        told
    }
}

fn main() {
    let runner = Runner::in_memory();
    let run = runner.run(telling(3)).unwrap();
    assert_eq!(run.output(), "3 16 3 to 16");
    let run = runner.run(telling(3).top(5)).unwrap();
    assert_eq!(run.output(), "3 5 3 to 16");
    let run = runner.run(telling(3).text("x".to_owned()).top(5)).unwrap();
    assert_eq!(run.output(), "3 5 x");
}
