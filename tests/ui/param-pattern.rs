use flow_runtime::flow;

flow! {
    fn ones((a, b): (u32, u32)) {}
    //      ^^^^^^
}

fn main() {}
