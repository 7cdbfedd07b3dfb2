use flow_runtime::{flow, task};

#[task]
fn fetch(#[resource] http: &str, page: u32) -> String {
    format!("{http}{page}")
}

flow! {
    fn pages(http: String) {
        a = fetch(http, 1);
        //        ^^^^
    }
}

fn main() {}
