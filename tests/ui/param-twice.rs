use flow_runtime::flow;

flow! {
    fn ones(day: u32, day: u32 = 1) {}
    //                ^^^
}

fn main() {}
