//! A name after `..` is a node, unlike one after the `.` of a field.
use std::ops::{Range, RangeInclusive, RangeTo};

use flow_runtime::{Runner, flow, task};

#[task]
fn number(n: usize) -> usize {
    n
}

#[task]
fn rows(of: Range<usize>) -> Vec<usize> {
    of.collect()
}

#[task]
fn size(of: RangeInclusive<usize>, to: RangeTo<usize>) -> usize {
    of.count() + to.end
}

#[task]
fn length(of: &[usize]) -> usize {
    of.len()
}

struct Size {
    n: usize,
}

flow! {
    fn ranging(top: usize) -> usize {
        n = number(2);
        rows = rows(*n..top);
        size = size(0..=*n, ..*n);
        until = length(&rows[..*n]);
        from = length(&rows[*n..]);
        field = number(Size { n: 9 }.n);
        spread = number(Size { ..Size { n: *field } }.n);
        all = length(&[&rows[..*n], &[*until, *from, *size, *spread]].concat());
        all
    }
}

fn main() {
    let run = Runner::in_memory().run(ranging(6)).unwrap();
    assert_eq!(run.result(ranging::rows).unwrap(), &[2, 3, 4, 5]);
    assert_eq!(*run.result(ranging::size).unwrap(), 5);
    assert_eq!(*run.result(ranging::from).unwrap(), 2);
    assert_eq!(*run.result(ranging::spread).unwrap(), 9);
    assert_eq!(*run.output(), 6);
}
