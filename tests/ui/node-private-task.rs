use flow_runtime::flow;

mod tasks {
    #[flow_runtime::task]
    fn one() -> u32 {
        1
    }
}

flow! {
    fn ones() {
        a = tasks::one();
        //         ^^^
    }
}

fn main() {}
