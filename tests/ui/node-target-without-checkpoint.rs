use flow_runtime::{flow, task};

#[task(checkpoint = false)]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(target = "one.txt")]
        //     ^^^^^^
        a = one();
    }
}

fn main() {}
