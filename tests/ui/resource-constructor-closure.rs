use flow_runtime::flow;

flow! {
    fn pages(#[resource(|| String::new())] http: String) {}
    //                  ^^^^^^^^^^^^^^^^
}

fn main() {}
