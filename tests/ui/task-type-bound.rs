use flow_runtime::task;

#[task]
fn first(rows: &[u32]) -> u32
where
    u32: Copy,
//  ^^^^^^^^^
{
    rows[0]
}

fn main() {}
