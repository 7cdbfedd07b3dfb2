use flow_runtime::flow;

flow! {
    fn pages(#[resource] http: &str) {}
    //                         ^^^^
}

fn main() {}
