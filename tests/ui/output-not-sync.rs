use flow_runtime::task;
use std::cell::Cell;

#[task]
fn report() -> Cell<u8> {
    //         ^^^^^^^^
    Cell::new(1)
}

fn main() {}
