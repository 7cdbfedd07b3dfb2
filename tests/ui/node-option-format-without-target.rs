use flow_runtime::{flow, task};

#[task(target = "<task_name>.csv", format = text)]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(format = json)]
        //     ^^^^^^
        a = one();
    }
}

fn main() {}
