use flow_runtime::{flow, task};

#[task]
fn text(day: &str) -> String {
    day.to_owned()
}

#[task]
fn other() -> String {
    String::new()
}

flow! {
    fn texts(date_of: String) {
        #[node(target = "<day>.txt")]
        a = text(date_of);
        #[node(target = "<date_of>.txt")]
        //              ^^^^^^^^^^^^^^^
        b = other();
    }
}

fn main() {}
