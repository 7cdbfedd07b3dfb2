//! A `for` in a bare flow, with options and as the tail; its key gives what became of each child.
use flow_runtime::{Outcome, Runner, StateType, flow, task};

#[task(retries = 1)]
fn check(number: i32) -> Result<i32, String> {
    if number < 0 { Err("negative".to_owned()) } else { Ok(number) }
}

fn main() {
    let f = flow! {
        #[node(retries = 0, tolerate = 1, tags = ["cpu"])]
        checked = for number in [1, -1, 2] { check(number) };
        checked
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(run.output().values().sum::<i32>(), 3);
    let failed: Vec<String> = run.output().iter().filter_map(|of| of.failure().map(ToString::to_string)).collect();
    assert_eq!(failed, ["`checked[1]` is Failed: negative"]);
    assert!(matches!(run.output().get(0), Some(Outcome::Success(1))));
    assert_eq!(run.node_state(f.checked()).kind, StateType::Mapped);
}
