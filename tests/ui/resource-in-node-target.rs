use flow_runtime::{flow, task};

#[task]
fn fetch(#[resource] client: &str, page: u32) -> String {
    format!("{client}{page}")
}

flow! {
    fn pages(#[resource] http: String) {
        #[node(target = "<http>/<page>.txt")]
        //              ^^^^^^^^^^^^^^^^^^^
        a = fetch(http, 1);
    }
}

fn main() {}
