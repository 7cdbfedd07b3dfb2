use flow_runtime::flow;

flow! {
    fn pages(#[resource] http: String = String::new()) {}
    //                                ^
}

fn main() {}
