use flow_runtime::{flow, task};

#[task]
fn half(of: u32, day: u32) -> u32 {
    of / 2 + day
}

flow! {
    fn all(day: u32) {
        #[node(target = "<of>/<day>.txt")]
        a = half(2, day.to_string());
        //          ^^^^^^^^^^^^^^^
    }
}

fn main() {}
