//! An `if` in a `macro_rules!`, with the crate under another name.

mod mine {
    pub use flow_runtime as runtime;
}

use mine::runtime::{Runner, task};

#[task(crate = mine::runtime)]
fn copy(number: u32) -> u32 {
    number
}

macro_rules! limited {
    ($name:ident, $task:ident, $limit:expr, $pattern:pat => $otherwise:expr) => {
        mine::runtime::flow! {
            #[flow(crate = mine::runtime)]
            fn $name(number: u32) -> u32 {
                first = $task(number);
                small = if *first > $limit { $task($limit) } else { $task(first) };
                told = match *small { $pattern => $task($otherwise), other => $task(other) };
                told
            }
        }
    };
}

limited!(small, copy, 10, 0 => 100);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (number, told) in [(20, 10), (7, 7), (0, 100)] {
        assert_eq!(*Runner::in_memory().run(small(number))?.output(), told);
    }
    Ok(())
}
