use flow_runtime::{flow, task};

#[derive(serde::Serialize, serde::Deserialize)]
struct Report(u32);

#[task]
fn report() -> Report {
    Report(1)
}

flow! {
    pub fn reports() -> Report { a = report(); a }
    //                  ^^^^^^
}

fn main() {}
