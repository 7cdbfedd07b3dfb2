use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn half(of: u32, day: u32) -> u32 {
    of / 2 + day
}

flow! {
    fn all(day: u32) {
        r = rows();
        #[node(target = "<of>/<day>.txt")]
        a = half(r, day);
        //       ^
    }
}

fn main() {}
