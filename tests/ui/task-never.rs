use flow_runtime::task;

#[task]
fn stop() -> ! {
    //       ^
    std::process::exit(1)
}

fn main() {}
