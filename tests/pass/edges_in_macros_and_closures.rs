//! A node's name is an edge at any depth: in macro calls, closures, blocks, `match`, nested functions of iterators.
use flow_runtime::{Runner, flow, task};

macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

#[task]
fn rows(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn keep(n: u32) -> u32 {
    n
}

#[task]
fn sum(of: &[u32]) -> u32 {
    of.iter().sum()
}

flow! {
    fn deep(n: u32) -> u32 {
        in_macro = keep(twice!(*start));
        in_macros = sum(&vec![twice![*start], *in_macro, 1]);
        in_closure = sum(&(0..2).map(|x| (0..2).map(|y| x + y + rows[1]).sum::<u32>()).collect::<Vec<_>>());
        in_block = keep({
            let wide = rows.len();
            let narrow: u32 = wide.try_into().unwrap();
            if narrow > *start { narrow } else { *in_macro }
        });
        in_match = keep(match rows.first() {
            Some(first) if *first == 0 => { *in_block }
            _ => n,
        });
        in_field = keep(Pair { rows: *in_match, start: n }.rows);
        in_comparison = keep(u32::from(*start != *in_macro && start<in_macro));
        start = keep(3);
        rows = rows(n);
        all = sum(&[*in_macros, *in_closure, *in_block, *in_match, *in_field, *in_comparison]);
        all
    }
}

struct Pair {
    rows: u32,
    #[allow(dead_code)]
    start: u32,
}

fn main() {
    let run = Runner::in_memory().run(deep(4)).unwrap();
    assert_eq!(*run.result(deep::in_macros).unwrap(), 13);
    assert_eq!(*run.result(deep::in_closure).unwrap(), 8);
    assert_eq!(*run.output(), 13 + 8 + 4 + 4 + 4 + 1);
}
