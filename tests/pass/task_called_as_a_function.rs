//! A task stays the function that it was: sync or async, as a value, and in other tasks.
use flow_runtime::{Runner, flow, task};

#[task(target = "<node>.txt")]
fn double(n: u32) -> u32 {
    2 * n
}

#[task]
async fn later(n: &u32) -> Result<u32, String> {
    Ok(double(*n) + 1)
}

#[task]
fn both(numbers: &[u32]) -> Vec<u32> {
    numbers.iter().copied().map(double).collect()
}

fn main() {
    let by: fn(u32) -> u32 = double;
    assert_eq!(by(2), double(2));
    assert_eq!(both(&[1, 2]), [2, 4]);
    let mut future = std::pin::pin!(later(&3));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert_eq!(future.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(7)));

    let f = flow! { a = double(4); b = later(a); c = both(&[a, b].map(|n| double(*n))); };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(run.result(f.c()).unwrap(), &[32, 68]);
}
