use flow_runtime::flow;

mod tasks {
    #[flow_runtime::task]
    pub fn one() -> u32 {
        1
    }
}

flow! {
    fn ones() {
        a = tasks::one();
        b = tasks::on(a);
        //         ^^
    }
}

fn main() {}
