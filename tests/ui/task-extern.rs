use flow_runtime::task;

#[task]
pub extern "C" fn read() {}
//  ^^^^^^^^^^

fn main() {}
