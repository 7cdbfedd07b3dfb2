use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task(tigger = all_finished)]
//     ^^^^^^
fn tell(text: &str) -> String {
    text.to_owned()
}

flow! {
    fn all() {
        a = one();
        b = tell(&a.success().map_or_else(String::new, ToString::to_string));
    }
}

fn main() {}
