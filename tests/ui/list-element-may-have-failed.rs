use flow_runtime::{flow, task};

#[task]
fn number() -> u32 {
    1
}

#[task(trigger = all_finished)]
fn sum(parts: &[&u32]) -> u32 {
    parts.iter().copied().sum()
}

flow! {
    fn sums() -> u32 {
        a = number();
        s = sum([a]);
        //       ^
        s
    }
}

fn main() {}
