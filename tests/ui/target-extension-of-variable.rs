use flow_runtime::task;

#[task(target = "reports/report.<kind>")]
//              ^^^^^^^^^^^^^^^^^^^^^^^
fn report(kind: &str) -> u32 {
    let _ = kind;
    1
}

fn main() {}
