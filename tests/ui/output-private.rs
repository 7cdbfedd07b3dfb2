use flow_runtime::flow;

#[derive(serde::Serialize, serde::Deserialize)]
struct Report(u32);

mod tasks {
    #[flow_runtime::task]
    pub fn report() -> super::Report {
        //             ^^^^^
        super::Report(1)
    }
}

flow! {
    fn reports() { a = tasks::report(); }
}

fn main() {}
