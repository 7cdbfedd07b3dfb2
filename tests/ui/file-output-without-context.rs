use std::io;

use flow_runtime::{OutputFile, flow, task};

#[task(target = "dump.tar.zst")]
fn dump(day: u32) -> Result<OutputFile, io::Error> {
    //               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    OutputFile::existing(format!("{day}.tar.zst"))
}

flow! {
    fn backup() {
        d = dump(7);
    }
}

fn main() {}
