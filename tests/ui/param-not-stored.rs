use flow_runtime::flow;

#[derive(Clone)]
struct Options;

flow! {
    fn ones(options: Options) {}
    //               ^^^^^^^
}

fn main() {}
