//! A node that only a format string names is an edge, with a format too; parameters may be widths and precisions.
use flow_runtime::{Runner, flow, task};

#[task]
fn number(n: usize) -> usize {
    n
}

#[task]
fn half(n: &usize) -> f64 {
    (n + 1) as f64 / 2.0
}

#[task]
fn told(text: &str) -> String {
    text.to_owned()
}

flow! {
    fn telling(width: usize, digits: usize) -> String {
        last = told(&format!("{plain}; {wide}; {not}"));
        plain = told(&format!("{rows:?} of {width}"));
        wide = told(&format!("{mean:>width$.digits$}"));
        not = told(&format!("{{rows}} {:>1$}", rows, *two));
        mean = half(rows);
        two = number(2);
        rows = number(7);
        last
    }
}

fn main() {
    let f = flow! {
        told = told(&format!("{rows}"));
        rows = number(7);
        told
    };
    let runner = Runner::in_memory();
    assert_eq!(runner.run(f).unwrap().output(), "7");

    let run = runner.run(telling(6, 2)).unwrap();
    assert_eq!(run.output(), "7 of 6;   4.00; {rows}  7");
}
