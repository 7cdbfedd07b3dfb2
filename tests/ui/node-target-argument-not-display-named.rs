use flow_runtime::{flow, task};

#[task]
fn count(day: &str, days: Vec<u32>) -> usize {
    day.len() + days.len()
}

flow! {
    fn counts(list: Vec<u32>) {
        #[node(target = "<day>/<days>.txt")]
        a = count(day: "monday", days: list);
        //                             ^^^^
    }
}

fn main() {}
