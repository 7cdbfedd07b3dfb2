use flow_runtime::{Runner, flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() { rows = one(); }
}

fn main() {
    let _ = Runner::in_memory().given(ones::region_name, 1);
    //                                      ^^^^^^^^^^^
}
