use flow_runtime::task;

struct Broken;

#[task]
fn report() -> Result<u32, Broken> {
    //                     ^^^^^^
    Err(Broken)
}

fn main() {}
