use flow_runtime::flow;

fn one(x: u32) -> u32 {
    x
}

flow! {
    fn ones() {
        a = one(x: 1);
        //  ^^^
    }
}

fn main() {}
