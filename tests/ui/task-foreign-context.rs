use flow_runtime::task;

struct Context;

#[task]
fn stamp(context: &Context) -> u32 {
    //            ^^^^^^^^
    let _ = context;
    1
}

fn main() {}
