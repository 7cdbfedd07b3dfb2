use flow_runtime::flow;

struct Client;

fn connect() -> Option<Client> {
    None
}

flow! {
    fn pages(#[resource(connect)] http: Client) {}
    //                  ^^^^^^^
}

fn main() {}
