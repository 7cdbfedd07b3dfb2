use flow_runtime::flow;

flow! {
    #[flow(nam = "ones")]
    //     ^^^
    fn ones() {}
}

fn main() {}
