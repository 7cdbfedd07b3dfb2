use flow_runtime::task;

struct Report(u32);

#[task]
fn report() -> Report {
    //         ^^^^^^
    Report(1)
}

fn main() {}
