use flow_runtime::{Context, task};

#[task]
fn fetch(#[resource] cx: &Context) -> u32 {
    //   ^^^^^^^^^^^
    cx.attempt()
}

fn main() {}
