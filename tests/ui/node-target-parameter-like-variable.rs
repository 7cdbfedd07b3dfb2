use flow_runtime::{flow, task};

#[task]
fn report(day: u32) -> u32 {
    day
}

flow! {
    fn reports(date: u32) {
        #[node(target = "<date>/report.txt")]
        //              ^^^^^^^^^^^^^^^^^^^
        a = report(date);
    }
}

fn main() {}
