//! What a `for` goes through: parameters and results that give slices, maps and sets, and expressions.
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use flow_runtime::{Mapped, Runner, flow, task};

#[task]
fn text(of: &u8) -> String {
    of.to_string()
}

#[task]
fn both(of: &(u8, bool)) -> String {
    format!("{of:?}")
}

#[task]
fn bytes() -> [u8; 3] {
    [1, 2, 3]
}

#[task]
fn boxed() -> Box<[u8]> {
    vec![4, 5].into()
}

flow! {
    fn all(
        vec: Vec<u8>,
        queue: VecDeque<u8>,
        tree: BTreeSet<u8>,
        hashed: HashSet<u8>,
        map: BTreeMap<u8, bool>,
        hash_map: HashMap<u8, bool>,
    ) -> Mapped<String> {
        array = bytes();
        slice = boxed();
        a = for x in vec { text(x) };
        b = for x in queue { text(x) };
        c = for x in tree { text(x) };
        d = for x in hashed { text(x) };
        e = for x in map { both(x) };
        f = for x in hash_map { both(x) };
        g = for x in array { text(x) };
        h = for x in slice { text(x) };
        i = for x in 0..4_u8 { text(x) };
        j = for x in vec.iter().filter(|x| **x > 1).copied().collect::<Vec<u8>>() { text(x) };
        k = for x in Some(7_u8) { text(of: x) };
        l = for (x, y) in zip(array, vec![6, 7, 8_u8]) { text(&(x + y)) };
        l
    }
}

fn main() {
    let map = [(2, true), (1, false)];
    let run = Runner::in_memory().run(all(
        vec![1, 2],
        [3].into(),
        [5, 4].into(),
        [9, 8].into(),
        map.into(),
        map.into(),
    ));
    let run = run.unwrap();
    let texts = |of: &Mapped<String>| of.values().cloned().collect::<Vec<_>>();
    assert_eq!(texts(run.output()), ["7", "9", "11"]);
    assert_eq!(texts(run.result(all::d).unwrap()), ["8", "9"]);
    assert_eq!(texts(run.result(all::f).unwrap()), ["(1, false)", "(2, true)"]);
    assert_eq!(texts(run.result(all::j).unwrap()), ["2"]);
    assert_eq!(texts(run.result(all::k).unwrap()), ["7"]);
}
