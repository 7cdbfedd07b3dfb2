use flow_runtime::flow;

struct Client;

async fn connect() -> Result<String, std::io::Error> {
    Ok(String::new())
}

flow! {
    fn pages(#[resource(connect)] http: Client) {}
    //                  ^^^^^^^
}

fn main() {}
