use flow_runtime::{flow, task};

#[task]
fn count(days: Vec<u32>) -> usize {
    days.len()
}

flow! {
    fn counts(day: u32) {
        #[node(target = "<day>/<days>.txt")]
        a = count(vec![day, 2]);
        //        ^^^^^^^^^^^^
    }
}

fn main() {}
