use flow_runtime::{flow, task};

#[task(target = "<limit>-<text>.txt")]
fn one(limit: u32, text: &str) -> u32 {
    limit + u32::from(text.is_empty())
}

flow! {
    fn both() {
        a = one(16, "x");
        b = one(17, "x");
        c = one(0x10, "\x78");
    //  ^
    }
}

fn main() {}
