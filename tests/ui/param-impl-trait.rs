use flow_runtime::flow;

flow! {
    fn ones(text: impl Into<String>) {}
    //            ^^^^^^^^^^^^^^^^^
}

fn main() {}
