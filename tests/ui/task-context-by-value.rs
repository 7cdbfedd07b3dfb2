use flow_runtime::{Context, task};

#[task]
fn stamp(cx: Context) -> String {
    //       ^^^^^^^
    cx.node().to_owned()
}

fn main() {}
