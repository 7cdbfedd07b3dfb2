use std::io;

use flow_runtime::{Context, OutputFile, task};

#[task(target = "dump.json", format = json)]
//                           ^^^^^^
fn dump(cx: &Context) -> io::Result<OutputFile> {
    cx.output()
}

fn main() {}
