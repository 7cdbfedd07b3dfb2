use flow_runtime::task;

#[task]
fn one(#[cfg(unix)] _x: u32) {}
//     ^^^^^^^^^^^^

fn main() {}
