//! A parameter without `FromStr` is one that JSON can hold; one without `Display` too.
use std::collections::BTreeMap;

use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Limits {
    low: u32,
    high: Option<u32>,
}

#[derive(Clone, Serialize, Deserialize)]
enum Mode {
    Sum,
    Product { of: Vec<u32> },
}

#[task(target = "<node>.txt")]
fn apply(limits: &Limits, mode: Mode, weights: &BTreeMap<String, u32>, pair: (u32, bool)) -> u32 {
    let rest = limits.low + limits.high.unwrap_or(0) + weights["a"] + pair.0 + u32::from(pair.1);
    match mode {
        Mode::Sum => rest,
        Mode::Product { of } => rest * of.iter().product::<u32>(),
    }
}

flow! {
    fn applying(
        limits: Limits,
        weights: BTreeMap<String, u32>,
        mode: Mode = Mode::Sum,
        pair: (u32, bool) = (1, true),
        list: Vec<Option<u32>> = vec![None, Some(2)],
    ) -> u32 {
        a = apply(limits, mode, weights, pair);
        b = apply(&limits, Mode::Product { of: list.into_iter().flatten().collect() }, weights, (*a, false));
        b
    }
}

fn main() {
    let limits = Limits {
        low: 1,
        high: Some(2),
    };
    let weights = BTreeMap::from([("a".to_owned(), 4)]);
    let run = Runner::in_memory()
        .run(applying(limits, weights).mode(Mode::Product { of: vec![2] }))
        .unwrap();
    assert_eq!(*run.result(applying::a).unwrap(), 18);
    assert_eq!(*run.output(), 50);
}
