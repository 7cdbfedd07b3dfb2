use flow_runtime::{flow, task};

struct Report(u32);

#[task(checkpoint = false)]
fn report() -> Report {
    Report(1)
}

#[task]
fn print(report: Report) -> u32 {
    report.0
}

flow! {
    fn reports() {
        a = report();
        b = print(a);
        //        ^
    }
}

fn main() {}
