//! Shorthand fields and ranges are edges; a field's name before `:` is none.
use flow_runtime::{Runner, flow, task};

#[derive(Clone)]
struct Span<'a> {
    low: usize,
    high: &'a usize,
}

#[task]
fn number(x: usize) -> usize {
    x
}

#[task]
fn width(span: Span<'_>) -> usize {
    span.high - span.low
}

#[task]
fn count(range: std::ops::Range<usize>) -> usize {
    range.len()
}

fn main() {
    let f = flow! {
        wide = width(Span { low: 2, high });
        high = number(9);
        ranged = count(1..*high);
        low = number(5);
        named = width(Span { low: 1, high: low });
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.result(f.wide()).unwrap(), 7);
    assert_eq!(*run.result(f.ranged()).unwrap(), 8);
    assert_eq!(*run.result(f.named()).unwrap(), 4);
}
