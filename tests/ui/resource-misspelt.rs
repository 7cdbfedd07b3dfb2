use flow_runtime::flow;

flow! {
    fn pages(#[ressource] http: String) {}
    //       ^^^^^^^^^^^^
}

fn main() {}
