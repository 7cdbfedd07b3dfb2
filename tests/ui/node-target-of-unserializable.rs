use flow_runtime::{flow, task};

struct Opaque;

#[task]
fn opaque() -> Opaque {
//             ^^^^^^
    Opaque
}

flow! {
    fn all() {
        #[node(target = "<node>.json")]
        a = opaque();
    }
}

fn main() {}
