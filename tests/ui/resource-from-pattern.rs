use flow_runtime::{flow, task};

#[task]
fn host() -> Option<usize> {
    Some(1)
}

#[task]
fn fetch(#[resource] http: &str, page: u32) -> String {
    format!("{http}{page}")
}

flow! {
    fn pages(#[resource] hosts: Vec<String>) {
        which = host();
        a = match which {
            Some(host) => fetch(http: &hosts[*host], page: 1),
            //                        ^^^^^^^^^^^^^
            None => fetch(http: &hosts[0], page: 1),
        };
    }
}

fn main() {}
