use flow_runtime::{flow, task};

#[task]
fn one() -> String {
    "1".to_owned()
}

#[task]
fn all(parts: Vec<&str>) -> usize {
    parts.len()
}

flow! {
    fn pages(#[resource] http: String) {
        a = one();
        b = all([a, http]);
        //          ^^^^
    }
}

fn main() {}
