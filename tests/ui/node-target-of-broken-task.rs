use flow_runtime::{flow, task};

struct Opaque;

#[task(retrys = 3)]
//     ^^^^^^
fn opaque(days: Vec<u32>) -> Opaque {
    drop(days);
    Opaque
}

flow! {
    fn all(days: Vec<u32>) {
        #[node(target = "<days>/<task_name>.txt", retry_delay = "10s")]
        a = opaque(days);
    }
}

fn main() {}
