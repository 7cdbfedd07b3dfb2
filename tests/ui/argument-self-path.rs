use flow_runtime::{flow, task};

#[task]
fn next(x: u32) -> u32 {
    x + 1
}

struct Example;

impl Example {
    const FIRST: u32 = 1;

    fn run() {
        let _ = flow! {
            a = next(Self::FIRST);
            //       ^^^^
        };
    }
}

fn main() {
    Example::run();
}
