use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

fn main() {
    let run = Runner::in_memory().run(flow! { a = one(); a }).unwrap();
    let _: &String = run.output();
    //               ^^^^^^^^^^^^
}
