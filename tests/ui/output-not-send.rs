use flow_runtime::task;
use std::rc::Rc;

#[task(checkpoint = false)]
fn report() -> Rc<u32> {
    //         ^^^^^^^
    Rc::new(1)
}

fn main() {}
