use flow_runtime::flow;

flow! {
    fn ones(day: u32 = "today") {}
    //                 ^^^^^^^
}

fn main() {}
