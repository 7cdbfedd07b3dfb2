use flow_runtime::flow;

struct Client;

impl Client {
    fn connect() -> Self {
        Self
    }
}

flow! {
    fn pages(#[resource(Client::connect())] http: Client) {}
    //                  ^^^^^^^^^^^^^^^^^
}

fn main() {}
