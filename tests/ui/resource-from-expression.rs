use flow_runtime::{flow, task};

struct Client {
    base: String,
}

#[task]
fn fetch(#[resource] http: &Client, page: u32) -> String {
    format!("{}{page}", http.base)
}

flow! {
    fn pages() {
        a = fetch(&Client { base: String::new() }, 1);
        //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    }
}

fn main() {}
