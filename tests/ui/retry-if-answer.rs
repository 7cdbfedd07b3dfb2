use flow_runtime::task;

fn worth(error: &String) -> usize {
    error.len()
}

#[task(retries = 3, retry_if = worth)]
//                             ^^^^^
fn one() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
