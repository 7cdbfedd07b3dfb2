//! Temporaries live as long as the call, for plain and for async bodies.
use flow_runtime::{Runner, flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn count(rows: &[u32], name: &str) -> String {
    format!("{name}{}", rows.len())
}

#[task]
async fn later(text: &str, rows: &[u32]) -> usize {
    text.len() + rows.len()
}

fn main() {
    let f = flow! {
        all = rows();
        some = count(&all[1..], &format!("{}:", all.len()));
        sum = later(&format!("{some}!"), &all[..2]);
        sum
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(run.result(f.some()).unwrap(), "3:2");
    assert_eq!(*run.output(), 6);
}
