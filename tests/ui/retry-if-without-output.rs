use flow_runtime::task;

fn worth(error: &String) -> bool {
    error.is_empty()
}

#[task(retries = 3, retry_if = worth)]
async fn one() {}

fn main() {}
