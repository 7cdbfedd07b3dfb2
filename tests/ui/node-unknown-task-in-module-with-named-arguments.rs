use flow_runtime::flow;

mod tasks {
    #[flow_runtime::task]
    pub fn fetch(day: u32) -> u32 {
        day
    }
}

flow! {
    fn rows() {
        rows = tasks::fetsh(day: 1);
        //     ^^^^^^^^^^^^
    }
}

fn main() {}
