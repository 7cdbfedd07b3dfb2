use flow_runtime::{Runner, flow};

flow! {
    fn ones() {}
}

fn main() {
    let _ = Runner::in_memory().run(ones);
    //                              ^^^^
}
