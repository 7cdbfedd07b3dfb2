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
    fn pages(#[resource] http: String, long: bool) {
        a = one();
        b = if long { all([a, a]) } else { all([a, http]) };
        //                                         ^^^^
    }
}

fn main() {}
