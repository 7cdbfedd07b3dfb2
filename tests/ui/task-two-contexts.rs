use flow_runtime::{Context, task};

#[task]
fn stamp(context: &Context, other: &Context) -> String {
    //                             ^^^^^^^^
    format!("{}{}", context.node(), other.node())
}

fn main() {}
