use flow_runtime::{flow, task};

#[task]
fn report(date: u32) -> u32 {
    date
}

flow! {
    fn reports(day: u32) {
        #[node(target = "<date>/report.txt")]
        //              ^^^^^^^^^^^^^^^^^^^
        a = report(day);
    }
}

fn main() {}
