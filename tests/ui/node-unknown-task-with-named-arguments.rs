use flow_runtime::{flow, task};

#[task]
fn fetch() -> u32 {
    1
}

#[task]
fn summarise(rows: u32, scale: u32) -> u32 {
    rows * scale
}

flow! {
    fn rows() {
        a = fetch();
        b = summarize(rows: a, scale: 1 + 1);
        //  ^^^^^^^^^
    }
}

fn main() {}
