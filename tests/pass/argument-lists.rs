//! A list of bare names goes to a `Vec`, a slice or an array, each element as a bare name would.

use flow_runtime::{Outcome, Runner, StateType, flow, task};

type Refs<'a> = &'a [&'a str];

#[task]
fn number(of: u32) -> u32 {
    of
}

#[task]
fn word(text: &str) -> String {
    text.to_owned()
}

#[task]
fn list(of: u32) -> Vec<u32> {
    vec![of; 2]
}

#[task]
fn fails() -> Result<u32, String> {
    Err("no".to_owned())
}

#[task]
fn owned(mut parts: Vec<u32>) -> Vec<u32> {
    parts.reverse();
    parts
}

#[task]
fn borrowed(parts: &[&u32]) -> u32 {
    parts.iter().copied().sum()
}

#[task]
fn cloned(parts: &[u32]) -> u32 {
    parts.iter().sum()
}

#[task]
fn references(parts: Vec<&Vec<u32>>, slices: &[&[u32]]) -> usize {
    parts.len() + slices.iter().map(|slice| slice.len()).sum::<usize>()
}

#[task]
fn joined(words: Refs<'_>, by: &str) -> String {
    words.join(by)
}

#[task]
fn pair(both: [&u32; 2]) -> u32 {
    both[0] * both[1]
}

#[task]
async fn later(parts: &[&u32]) -> u32 {
    tokio::task::yield_now().await;
    parts.iter().copied().sum()
}

#[task(trigger = all_finished)]
fn tolerant(parts: &[Outcome<&u32>], others: Vec<Outcome<&u32>>) -> usize {
    parts.iter().chain(&others).filter(|part| part.is_success()).count()
}

#[task(skip_on_upstream_skip = false)]
fn optional(parts: &[Option<&u32>]) -> usize {
    parts.iter().flatten().count()
}

flow! {
    fn lists(limit: u32, name: String) -> usize {
        a = number(1);
        b = number(2);
        w = word("x");
        v = list(3);
        f = fails();
        o = owned(parts: [a, b, limit]);
        p = borrowed([a, b, a, limit,]);
        q = cloned([a, b]);
        r = references([v, o], [v]);
        j = joined([w, name, w], "-");
        m = pair([b, limit]);
        l = later([p, q, m]);
        t = tolerant([a, f], [f, b]);
        n = optional([a, b]);
        // Beside an expression that needs the same result.
        e = references(parts: [v], slices: &[&v[..1], &o]);
        n
    }
}

fn main() {
    let run = Runner::in_memory().run_to_end(lists(10, "y".to_owned())).unwrap();
    assert_eq!(*run.result(lists::o).unwrap(), [10, 2, 1]);
    assert_eq!(*run.result(lists::p).unwrap(), 14);
    assert_eq!(*run.result(lists::q).unwrap(), 3);
    assert_eq!(*run.result(lists::r).unwrap(), 4);
    assert_eq!(*run.result(lists::j).unwrap(), "x-y-x");
    assert_eq!(*run.result(lists::m).unwrap(), 20);
    assert_eq!(*run.result(lists::l).unwrap(), 37);
    assert_eq!(*run.result(lists::t).unwrap(), 2);
    assert_eq!(*run.result(lists::n).unwrap(), 2);
    assert_eq!(*run.result(lists::e).unwrap(), 5);
    assert_eq!(run.node_state(lists::f).kind, StateType::Failed);
}
