use flow_runtime::task;

struct Client;

#[task]
fn fetch(#[resource] http: &mut Client) -> usize {
    //                      ^^^
    size_of_val(http)
}

fn main() {}
