use flow_runtime::flow;

flow! {
    fn ones(text: &str) {}
    //            ^^^^
}

fn main() {}
