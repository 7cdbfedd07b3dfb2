use flow_runtime::{flow, task};

struct Client {
    base: String,
}

struct Pool;

#[task]
fn fetch(#[resource] http: &Client, page: u32) -> String {
    format!("{}{page}", http.base)
}

flow! {
    fn pages(#[resource] pool: Pool) {
        a = fetch(pool, 1);
        //        ^^^^
    }
}

fn main() {}
