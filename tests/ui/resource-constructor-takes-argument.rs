use flow_runtime::flow;

struct Client;

fn connect(_: &str) -> Client {
    Client
}

flow! {
    fn pages(#[resource(connect)] http: Client) {}
    //                  ^^^^^^^
}

fn main() {}
