use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn heavy(rows: &[u32]) -> usize {
    rows.len()
}

#[task]
fn light(number: usize) -> usize {
    number
}

flow! {
    fn sized(big: bool) -> usize {
        all = rows();
        r = if big = true { heavy(all) } else { light(1) };
    //             ^
        r
    }
}

fn main() {}
