use flow_runtime::task;

fn worth(_: &String) -> bool {
    true
}

#[task(retries = 0, retry_if = worth)]
//                  ^^^^^^^^
fn one() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
