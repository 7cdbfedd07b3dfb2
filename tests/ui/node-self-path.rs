use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

struct Example;

impl Example {
    fn run() {
        let _ = flow! {
            a = Self::one();
            //  ^^^^
        };
    }
}

fn main() {
    Example::run();
}
