use flow_runtime::task;

#[task(target = "reports/<days>.txt")]
fn report(days: Vec<u32>) -> u32 {
    //          ^^^^^^^^
    days[0]
}

fn main() {}
