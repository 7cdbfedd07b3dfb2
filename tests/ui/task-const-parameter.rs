use flow_runtime::task;

#[task]
fn first<const N: usize>(rows: &[u32; N]) -> u32 {
    //         ^
    rows[0]
}

fn main() {}
