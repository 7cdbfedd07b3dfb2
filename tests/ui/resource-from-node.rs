use flow_runtime::{flow, task};

#[task(checkpoint = false)]
fn connect() -> u8 {
    1
}

#[task]
fn fetch(#[resource] http: &u8, page: u32) -> String {
    format!("{http}{page}")
}

flow! {
    fn pages() {
        http = connect();
        a = fetch(http: http, page: 1);
        //              ^^^^
    }
}

fn main() {}
