use flow_runtime::task;

struct Client;

#[task]
fn fetch(#[resource] http: Option<&Client>) -> bool {
    //                     ^^^^^^^^^^^^^^^
    http.is_some()
}

fn main() {}
