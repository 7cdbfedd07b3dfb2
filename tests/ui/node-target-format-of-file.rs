use std::io;

use flow_runtime::{Context, OutputFile, flow, task};

#[task]
fn dump(cx: &Context) -> io::Result<OutputFile> {
    cx.output()
}

flow! {
    fn backup() {
        #[node(target = "dump.sql", format = text)]
        //                          ^^^^^^
        d = dump();
    }
}

fn main() {}
