//! A node or parameter as a shorthand field of a struct literal is its value; `field: value` names a field.
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

struct Pair<'a> {
    rows: &'a [u32],
    limit: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Owned {
    limit: u32,
}

#[task]
fn rows() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn sum(pair: &Pair<'_>) -> u32 {
    pair.rows.iter().take(pair.limit as usize).sum()
}

#[task]
fn own(owned: Owned) -> u32 {
    owned.limit
}

flow! {
    fn pairing(limit: u32) -> u32 {
        rows = rows();
        short = sum(&Pair { rows, limit });
        long = sum(&Pair { limit: 1, rows: &rows[1..] });
        other = own(Owned { limit });
        all = sum(&Pair { rows: &[*short, *long, *other], limit: 3 });
        all
    }
}

fn main() {
    let run = Runner::in_memory().run(pairing(2)).unwrap();
    assert_eq!(*run.result(pairing::short).unwrap(), 3);
    assert_eq!(*run.output(), 3 + 2 + 2);
}
