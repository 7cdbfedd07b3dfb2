use flow_runtime::flow;

struct Client;

struct Broken;

fn connect() -> Result<Client, Broken> {
    Err(Broken)
}

flow! {
    fn pages(#[resource(connect)] http: Client) {}
    //                  ^^^^^^^
}

fn main() {}
