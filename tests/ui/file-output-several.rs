use std::io;

use flow_runtime::{Context, OutputFile, flow, task};

#[task(target = "parts.tar")]
fn parts(cx: &Context) -> io::Result<Vec<OutputFile>> {
    //                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    Ok(vec![cx.output()?, cx.output()?])
}

flow! {
    fn backup() {
        p = parts();
    }
}

fn main() {}
