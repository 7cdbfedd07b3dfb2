use flow_runtime::{flow, task};

#[task]
fn numbers() -> Vec<u32> {
    vec![1]
}

#[task]
fn total(numbers: &[u64], scale: u64) -> u64 {
    numbers.iter().sum::<u64>() * scale
}

flow! {
    fn totals() {
        a = numbers();
        b = total(scale: 2, numbers: a);
        //                           ^
    }
}

fn main() {}
