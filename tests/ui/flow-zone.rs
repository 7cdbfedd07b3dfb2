use flow_runtime::flow;

flow! {
    #[flow(tz = "Europe Berlin")]
    //          ^^^^^^^^^^^^^^^
    fn ones() {}
}

fn main() {}
