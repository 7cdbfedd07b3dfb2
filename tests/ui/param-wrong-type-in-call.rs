use flow_runtime::flow;

flow! {
    fn ones(day: u32, limit: u32 = 1) {}
}

fn main() {
    let _ = ones("today");
    //           ^^^^^^^
}
