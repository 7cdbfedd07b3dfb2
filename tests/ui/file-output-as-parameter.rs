use std::io;

use flow_runtime::{OutputFile, flow, task};

#[task]
fn size(dump: &OutputFile) -> io::Result<u64> {
    Ok(dump.path().metadata()?.len())
}

flow! {
    fn measure(dump: OutputFile) -> u64 {
        //           ^^^^^^^^^^
        s = size(dump);
        s
    }
}

fn main() {}
