use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn double(x: usize) -> usize {
    2 * x
}

flow! {
    fn doubled() {
        a = rows();
        b = double(a.lenght());
        //           ^^^^^^
    }
}

fn main() {}
