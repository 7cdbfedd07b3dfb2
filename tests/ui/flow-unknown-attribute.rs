use flow_runtime::flow;

flow! {
    #[inline]
    //^^^^^^
    fn ones() {}
}

fn main() {}
