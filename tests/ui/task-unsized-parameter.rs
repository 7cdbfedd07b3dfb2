use flow_runtime::task;

#[task]
fn one(rows: str) -> u32 {
    //       ^^^
    1
}

fn main() {}
