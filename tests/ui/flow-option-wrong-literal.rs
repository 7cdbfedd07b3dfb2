use flow_runtime::flow;

flow! {
    #[flow(name = 1)]
    //            ^
    fn ones() {}
}

fn main() {}
