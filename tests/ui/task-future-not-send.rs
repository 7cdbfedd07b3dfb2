use flow_runtime::task;
use std::rc::Rc;

async fn pause() {}

#[task]
async fn count() -> usize {
    //   ^^^^^
    let shared = Rc::new(1);
    pause().await;
    Rc::strong_count(&shared)
}

fn main() {}
