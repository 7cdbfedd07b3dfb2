use flow_runtime::{flow, task};

#[task]
fn fetch() -> u32 {
    1
}

flow! {
    fn rows() -> u32 {
        a = fetch();
        b = summarise(a, 1 + 1);
        //  ^^^^^^^^^
        c = fetch(upstream: [b]);
        c
    }
}

fn main() {}
