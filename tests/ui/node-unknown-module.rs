use flow_runtime::flow;

flow! {
    fn ones() {
        a = tasks::one();
        //  ^^^^^
    }
}

fn main() {}
