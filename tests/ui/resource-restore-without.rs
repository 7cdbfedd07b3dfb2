use flow_runtime::{RunState, flow};

flow! {
    fn pages(#[resource] http: String, page: u32) {}
}

fn again(state: RunState) {
    let _ = pages::restore(state);
    //      ^^^^^^^^^^^^^^
}

fn main() {}
