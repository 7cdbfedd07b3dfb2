use flow_runtime::flow;

struct Client;

flow! {
    fn pages(#[resource(conect)] http: Client) {}
    //                  ^^^^^^
}

fn main() {}
