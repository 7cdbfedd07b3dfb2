use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() { rows = one(); }
}

fn main() {
    let run = ones().run().unwrap();
    let _ = run.result(ones::row);
    //                       ^^^
}
