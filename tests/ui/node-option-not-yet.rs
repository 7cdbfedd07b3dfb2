use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(target = "<date:%Y>/one.txt")]
        //     ^^^^^^
        a = one();
    }
}

fn main() {}
