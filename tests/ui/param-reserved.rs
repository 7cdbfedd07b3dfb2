use flow_runtime::flow;

flow! {
    fn ones(start: u32) {}
    //      ^^^^^
}

fn main() {}
