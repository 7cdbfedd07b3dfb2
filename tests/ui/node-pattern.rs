use flow_runtime::{flow, task};

#[task]
fn pair() -> (u32, u32) {
    (1, 2)
}

flow! {
    fn pairs() {
        let (a, b) = pair();
        //  ^^^^^^
    }
}

fn main() {}
