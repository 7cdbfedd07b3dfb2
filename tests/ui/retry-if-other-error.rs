use flow_runtime::task;

fn worth(error: &String) -> bool {
    error.is_empty()
}

#[task(retries = 3, retry_if = worth)]
//                             ^^^^^
fn one() -> Result<u32, std::io::Error> {
    Ok(1)
}

fn main() {}
