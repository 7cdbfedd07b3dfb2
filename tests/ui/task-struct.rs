use flow_runtime::task;

#[task]
pub struct Report;
//  ^^^^^^

fn main() {}
