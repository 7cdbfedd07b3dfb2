use flow_runtime::flow;

flow! {
    fn pages(#[resource(String::new)] #[resource] http: String) {}
    //                                ^^^^^^^^^^^
}

fn main() {}
