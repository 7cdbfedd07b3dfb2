use flow_runtime::{flow, task};

#[task]
fn text() -> String {
    "1".to_owned()
}

#[task]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {
    let _ = flow! { a = text(); b = double(a); b };
    //                                     ^
}
