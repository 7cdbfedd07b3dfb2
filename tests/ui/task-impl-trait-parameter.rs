use flow_runtime::task;

#[task]
fn print(text: impl std::fmt::Display) {
    //         ^^^^
    println!("{text}");
}

fn main() {}
