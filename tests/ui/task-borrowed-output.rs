use flow_runtime::task;

#[task]
fn trim(text: &str) -> &str {
    //                 ^
    text.trim()
}

fn main() {}
