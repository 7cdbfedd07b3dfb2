use flow_runtime::task;

struct Client;

#[task]
fn fetch(#[resource(Client::connect)] http: &Client) -> usize {
    //     ^^^^^^^^^^^^^^^^^^^^^^^^^
    size_of_val(http)
}

fn main() {}
