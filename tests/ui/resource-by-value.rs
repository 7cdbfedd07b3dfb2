use flow_runtime::task;

struct Client;

#[task]
fn fetch(#[resource] http: Client, page: u32) -> u32 {
    //                     ^^^^^^
    drop(http);
    page
}

fn main() {}
