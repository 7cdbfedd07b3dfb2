//! A node may have the name of its task, and a flow the name of a task elsewhere.
use flow_runtime::{Runner, flow, task};

#[task]
fn load(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn sum(of: &[u32]) -> u32 {
    of.iter().sum()
}

flow! {
    fn total(n: u32) -> u32 {
        load = load(n);
        more = load(n + 1);
        sum = sum(load);
        all = sum(&[&load[..], more].concat());
        last = sum(&[*sum, *all]);
        last
    }
}

mod other {
    flow_runtime::flow! {
        pub(crate) fn sum() -> u32 {
            sum = super::sum(of: &[1, 2]);
            sum
        }
    }
}

fn main() {
    let runner = Runner::in_memory();
    let run = runner.run(total(3)).unwrap();
    assert_eq!(run.result(total::load).unwrap(), &[0, 1, 2]);
    assert_eq!(*run.output(), 12);
    assert_eq!(*runner.run(other::sum()).unwrap().output(), 3);

    let load = load(2);
    let f = flow! { let load = load(2); let s = sum(load); s };
    assert_eq!(*runner.run(f).unwrap().output(), sum(&load));
}
