//! `for`: one child an item.

use flow_runtime::{Each, Mapped, Outcome, Runner, StateType, flow, task};

#[task]
fn square(x: u32) -> u32 {
    x * x
}

#[task]
fn words() -> Vec<String> {
    ["one", "two", "three"].map(str::to_owned).into()
}

#[task]
fn length(word: &str) -> usize {
    word.len()
}

#[task]
fn half(x: u32) -> Result<u32, String> {
    if x % 2 == 0 {
        Ok(x / 2)
    } else {
        Err(format!("{x} is odd"))
    }
}

#[task]
fn sum(xs: &[&u32]) -> u32 {
    xs.iter().copied().sum()
}

#[task]
fn sum_of_copies(xs: &[u32]) -> u32 {
    xs.iter().sum()
}

#[task]
fn sum_one_by_one(xs: Each<u32>) -> u32 {
    xs.map(|x| *x).sum()
}

#[task]
fn told(xs: &[Outcome<&u32>]) -> Vec<String> {
    xs.iter()
        .map(|x| match x {
            Outcome::Success(x) => x.to_string(),
            Outcome::Failed(failure) => failure.to_string(),
            Outcome::Skipped => "skipped".to_owned(),
            Outcome::Cancelled => "cancelled".to_owned(),
        })
        .collect()
}

#[task]
fn add(x: u32, y: &u32) -> u32 {
    x + y
}

fn values<T: Clone + flow_runtime::Shared>(mapped: &Mapped<T>) -> Vec<T> {
    mapped.values().cloned().collect()
}

flow! {
    fn squares(xs: Vec<u32>) -> u32 {
        squared = for x in xs { square(x) };
        total = sum(squared);
        copies = sum_of_copies(squared);
        one_by_one = sum_one_by_one(squared);
        total
    }
}

#[test]
fn one_child_an_item_and_results_in_order() {
    let run = Runner::in_memory().run(squares(vec![3, 1, 2])).unwrap();
    assert_eq!(*run.output(), 14);
    assert_eq!(*run.result(squares::copies).unwrap(), 14);
    assert_eq!(*run.result(squares::one_by_one).unwrap(), 14);
    assert_eq!(values(run.result(squares::squared).unwrap()), [9, 1, 4]);
    let state = run.node_state(squares::squared);
    assert_eq!((state.kind, &*state.message), (StateType::Mapped, "3 children"));
}

#[test]
fn no_item_is_success_with_an_empty_list() {
    let run = Runner::in_memory().run(squares(Vec::new())).unwrap();
    assert_eq!(*run.output(), 0);
    assert!(run.result(squares::squared).unwrap().is_empty());
}

#[test]
fn over_a_nodes_result_and_over_a_for() {
    let f = flow! {
        all = words();
        lengths = for word in all { length(word) };
        numbers = for number in 1..=3_u32 { square(number) };
        sums = for (a, number) in zip(numbers, vec![10, 20, 30]) { add(a, number) };
        twice = for s in sums { square(*s + 1) };
        twice
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(values(run.output()), [144, 625, 1600]);
}

flow! {
    fn halves(xs: Vec<u32>) -> Vec<String> {
        halved = for x in xs { half(x) };
        again = for x in halved { half(x) };
        text = told(again);
        text
    }
}

#[test]
fn a_failed_child_makes_its_own_descendants_trigger_failed_and_the_others_go_on() {
    let run = Runner::in_memory().run_to_end(halves(vec![8, 3, 6])).unwrap();
    assert_eq!(
        *run.output(),
        [
            "2".to_owned(),
            "`again[1]` is TriggerFailed: `halved[1]` is Failed".to_owned(),
            "`again[2]` is Failed: 3 is odd".to_owned()
        ]
    );
    let state = run.node_state(halves::halved);
    assert_eq!(
        state.to_string(),
        "Failed: 3 children: 2 Success, 1 Failed; first: `halved[1]` is Failed: 3 is odd"
    );
}
