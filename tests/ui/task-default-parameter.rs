use flow_runtime::task;

#[task]
fn limited(limit: u32 = 3, more: u32) -> u32 {
    //                ^^^
    limit + more
}

fn main() {
    limited(1, 2);
}
