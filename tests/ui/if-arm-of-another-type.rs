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

#[task]
fn text(rows: &[u32]) -> String {
    format!("{rows:?}")
}

flow! {
    fn sized(big: bool) -> usize {
        all = rows();
        r = if big { light(1) } else { text(all) };
    //                                 ^^^^
        r
    }
}

fn main() {}
