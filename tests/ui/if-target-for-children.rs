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

#[task(target = "<index>.txt")]
fn listed(rows: &[u32]) -> usize {
    rows.len()
}

flow! {
    fn sized(big: bool) -> usize {
        all = rows();
        r = if big { heavy(all) } else { listed(all) };
    //  ^
        r
    }
}

fn main() {}
