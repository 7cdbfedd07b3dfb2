use flow_runtime::flow;

flow! {
    fn ones(day) {}
    //      ^^^
}

fn main() {}
