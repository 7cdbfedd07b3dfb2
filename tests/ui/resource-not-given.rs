use flow_runtime::flow;

struct Client;

flow! {
    fn pages(#[resource] http: Client, page: u32) {}
}

fn main() {
    let _ = pages(1);
    //      ^^^^^
}
