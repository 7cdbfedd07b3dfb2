use flow_runtime::{flow, task};

#[task]
fn number() -> u32 {
    1
}

#[task]
fn text() -> String {
    String::new()
}

#[task]
fn sum(parts: &[&u32]) -> u32 {
    parts.iter().copied().sum()
}

flow! {
    fn sums() -> u32 {
        a = number();
        t = text();
        s = sum(parts: [a, t, a]);
        //                 ^
        s
    }
}

fn main() {}
