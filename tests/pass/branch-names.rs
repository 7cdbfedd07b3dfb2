//! Names that patterns bind: they may be those of parameters, of tasks and of Rust's keywords.

use flow_runtime::{Runner, flow, task};

#[task]
fn pair(left: u32, right: u32) -> (u32, u32) {
    (left, right)
}

#[task]
fn sum(left: u32, right: u32) -> u32 {
    left + right
}

flow! {
    fn named(left: u32, right: Option<u32>) -> u32 {
        both = pair(left, 5);
        // `left` and `right` are what the patterns bind, and no parameters.
        swapped = match both { (right, left) if right > left => sum(*left, *right), (left, _) => sum(*left, 0) };
        inner = if let Some(right) = right { sum(right, left) } else { sum(left, left) };
        all = match *swapped { sum if sum > 3 => sum(sum, inner), r#type => sum(r#type, 1) };
        all
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let run = Runner::in_memory().run(named(9, Some(2)))?;
    assert_eq!((*run.result(named::swapped)?, *run.result(named::inner)?), (14, 11));
    assert_eq!(*run.output(), 25);
    Ok(())
}
