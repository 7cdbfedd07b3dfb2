use flow_runtime::task;

#[task]
pub unsafe fn read() {}
//  ^^^^^^

fn main() {}
