use flow_runtime::task;

#[task(target = "<http>/<page>.txt")]
//              ^^^^^^^^^^^^^^^^^^^
fn fetch(#[resource] http: &String, page: u32) -> String {
    format!("{http}{page}")
}

fn main() {}
