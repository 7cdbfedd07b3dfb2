use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() { rows = one(); }
}

fn main() {
    let f = flow! { rows = one(); };
    let run = f.run().unwrap();
    let _ = run.result(ones::rows);
    //                 ^^^^^^^^^^
}
