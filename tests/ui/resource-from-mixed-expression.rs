use flow_runtime::{flow, task};

#[task]
fn fetch(#[resource] http: &str, page: u32) -> String {
    format!("{http}{page}")
}

flow! {
    fn pages(#[resource] hosts: Vec<String>, host: usize) {
        a = fetch(http: &hosts[host], page: 1);
        //              ^^^^^^^^^^^^
    }
}

fn main() {}
