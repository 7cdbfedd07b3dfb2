use flow_runtime::flow;

flow! {
    #[flow(name = "ones", name = "twos")]
    //                    ^^^^
    fn ones() {}
}

fn main() {}
