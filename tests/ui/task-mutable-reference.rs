use flow_runtime::task;

#[task]
fn sort(rows: &mut Vec<u32>) {
    //         ^^^
    rows.sort_unstable();
}

fn main() {}
