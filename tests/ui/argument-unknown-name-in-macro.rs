use flow_runtime::{flow, task};

#[task]
fn double(text: &str) -> String {
    text.repeat(2)
}

flow! {
    fn doubled() {
        rows = double("a");
        b = double(&format!("{row}{rows}"));
        //                    ^^^
    }
}

fn main() {}
