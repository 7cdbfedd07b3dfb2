use flow_runtime::flow;

flow! {
    fn ones(mut day: u32) {}
    //      ^^^
}

fn main() {}
