use flow_runtime::{Context, task};

#[task]
fn stamp(context: &mut Context) -> String {
    //             ^^^
    context.node().to_owned()
}

fn main() {}
