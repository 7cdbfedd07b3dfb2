//! `for`: one child an item.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use flow_runtime::{
    BoxError, Context, Each, Mapped, NodeInfo, Outcome, Runner, Signal, State, StateType, flow, task,
};

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
    if x.is_multiple_of(2) {
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
fn add(x: u32, y: u32) -> u32 {
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

#[task]
fn pair(a: &str, b: u32) -> String {
    format!("{a}{b}")
}

flow! {
    fn pairs(names: Vec<String>, numbers: Vec<u32>) {
        paired = for (name, number) in zip(names, numbers) { pair(name, number) };
        after = length("after", upstream: [paired]);
    }
}

#[test]
fn lists_of_different_lengths_are_the_nodes_failure() {
    let names = vec!["a".to_owned(), "b".to_owned()];
    let run = Runner::in_memory().run_to_end(pairs(names, vec![1])).unwrap();
    assert_eq!(
        run.node_state(pairs::paired).to_string(),
        "Failed: `paired` goes through 2 and 1 items side by side: `zip` takes as many of each"
    );
    assert_eq!(run.node_state(pairs::after).kind, StateType::TriggerFailed);
}

#[test]
fn an_expression_that_panics_is_the_nodes_failure() {
    fn items() -> Vec<u32> {
        panic!("no items")
    }
    let f = flow! { all = for x in items() { square(x) }; };
    let run = Runner::in_memory().run_to_end(f).unwrap();
    assert_eq!(run.node_state(f.all()).to_string(), "Failed: panicked: no items");
}

#[task]
fn entry(of: &(String, u32)) -> String {
    format!("{}={}", of.0, of.1)
}

#[test]
fn maps_are_gone_through_in_the_order_of_their_keys() {
    flow! {
        fn entries(of: HashMap<String, u32>) -> Mapped<String> {
            all = for item in of { entry(item) };
            all
        }
    }
    let of = (0..20_u32)
        .map(|number| (format!("{number:02}"), number))
        .collect();
    let run = Runner::in_memory().run(entries(of)).unwrap();
    let wanted: Vec<String> = (0..20).map(|number| format!("{number:02}={number}")).collect();
    assert_eq!(values(run.output()), wanted);
}

#[test]
fn in_an_expression_the_results_are_a_slice() {
    let f = flow! {
        squares = for x in [1, 2, 3_u32] { square(x) };
        last = square(**squares.last().unwrap());
        of_the_sum = for y in squares.iter().map(|x| **x).collect::<Vec<u32>>() { square(y) };
        all = sum(of_the_sum);
        all
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.result(f.last()).unwrap(), 81);
    assert_eq!(*run.output(), 1 + 16 + 81);
}

#[task]
fn waits(cx: &Context, number: u32) -> Result<u32, BoxError> {
    if number == 2 && !IS_APPROVED.load(Ordering::SeqCst) {
        return Err(cx.pause("until somebody approves").into());
    }
    CALLED.fetch_add(1, Ordering::SeqCst);
    Ok(number)
}

static IS_APPROVED: AtomicBool = AtomicBool::new(false);
static CALLED: AtomicU32 = AtomicU32::new(0);

#[test]
fn a_child_that_pauses_keeps_its_run_pending_and_the_others_go_on() {
    flow! {
        fn approved() -> u32 {
            numbers = for number in 0..5_u32 { waits(number) };
            more = for number in numbers { square(number) };
            total = sum(more);
            total
        }
    }
    let store = tempfile::tempdir().unwrap();
    let runner = Runner::new().store(store.path());
    let run = runner.run_to_end(approved()).unwrap();
    assert_eq!(run.state().kind, StateType::Pending, "{:?}", run.state());
    assert_eq!(CALLED.load(Ordering::SeqCst), 4);
    let numbers = run.node_state(approved::numbers);
    assert_eq!(numbers.to_string(), "Pending: 4 of 5 children have finished");
    let id = run.id().to_string();
    drop(run);
    let state = runner.recorded(&id).unwrap();
    let paused = state
        .children("numbers")
        .find(|(_, node)| node.state().kind == StateType::Paused);
    assert_eq!(paused.map(|(slug, _)| slug).as_deref(), Some("numbers[2]"));
    IS_APPROVED.store(true, Ordering::SeqCst);
    let run = runner.resume(approved::restore(state).unwrap()).unwrap();
    assert_eq!(*run.output(), 1 + 4 + 9 + 16);
    assert_eq!(CALLED.load(Ordering::SeqCst), 5);
}

fn never_mind(node: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
    (new.kind == StateType::Failed && node.slug() == "halves[1]").then(|| Signal::succeed(0_u32))
}

#[test]
fn hooks_are_asked_about_each_child_and_can_give_its_result() {
    let f = flow! {
        #[node(on_state = never_mind)]
        halves = for x in vec![2, 3, 4_u32] { half(x) };
        total = sum(halves);
        total
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.output(), 3);
}

#[test]
fn nobody_gives_the_result_of_a_for() {
    fn all_there(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == StateType::Mapped).then(|| Signal::succeed(7_u32))
    }
    let f = flow! {
        #[node(on_state = all_there)]
        squares = for x in vec![1, 2_u32] { square(x) };
    };
    let run = Runner::in_memory().run_to_end(f).unwrap();
    assert_eq!(
        run.node_state(f.squares()).to_string(),
        "Failed: it was told to succeed with a value, and the result of a `for` is what its children return"
    );
}

#[test]
fn a_run_that_is_cancelled_cancels_its_children() {
    #[task]
    fn ends(cx: &Context, number: u32) -> Result<u32, BoxError> {
        if number == 1 {
            return Err(cx.end_run("enough").into());
        }
        Ok(number)
    }
    let f = flow! {
        numbers = for number in 0..50_u32 { ends(number) };
        total = sum(numbers);
    };
    let run = Runner::in_memory().jobs(1).run_to_end(f).unwrap();
    assert_eq!(run.state().kind, StateType::Cancelled);
    let numbers = run.node_state(f.numbers());
    assert!(
        numbers
            .message
            .starts_with("50 children: 1 Success, 49 Cancelled"),
        "{numbers}"
    );
}

#[test]
fn a_tag_limits_the_children_of_a_for() {
    static RUNNING: AtomicU32 = AtomicU32::new(0);
    static MOST: AtomicU32 = AtomicU32::new(0);
    #[task(tags = ["db"])]
    fn tagged(number: u32) -> u32 {
        MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::yield_now();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        number
    }
    let f = flow! {
        a = for number in 0..300_u32 { tagged(number) };
        b = for number in a { tagged(number) };
        total = sum(b);
        total
    };
    let run = Runner::in_memory().jobs(4).at_most("db", 2).run(f).unwrap();
    assert_eq!(*run.output(), (0..300).sum::<u32>());
    assert!((1..=2).contains(&MOST.load(Ordering::SeqCst)));
}

#[test]
fn the_report_names_the_children_that_failed_and_what_they_block() {
    let f = flow! {
        halves = for x in vec![1, 2, 3_u32] { half(x) };
        more = for x in halves { square(x) };
        total = sum(more);
        after = square(*total);
    };
    let run = Runner::in_memory().run_to_end(f).unwrap();
    let report = run.report().unwrap();
    let lines: Vec<&str> = report.lines().collect();
    assert!(
        lines[0].starts_with("node `halves[0]` of flow `flow` failed ("),
        "{report}"
    );
    assert_eq!(
        lines[1..4],
        [
            "  because: 1 is odd",
            "  of `halves`: 3 children: 1 Success, 2 Failed",
            "  blocks: more, total, after"
        ]
    );
    assert!(lines[4].starts_with("  `halves[2]` failed too ("), "{report}");
    let failures: Vec<&str> = run.failures().map(flow_runtime::NodeFailure::slug).collect();
    assert_eq!(failures, ["halves[0]", "halves[2]"]);
}

#[test]
fn a_key_may_be_made_of_both_items_that_stand_side_by_side() {
    let f = flow! {
        #[node(key = |a, b| format!("{a}/{b}"), at_most = 1)]
        pairs = for (a, b) in zip(vec!["x".to_owned(), "y".to_owned()], vec![1, 2_u32]) { pair(a, b) };
        bad = for x in vec![1_u32] { half(x) };
    };
    let run = Runner::in_memory().run_to_end(f).unwrap();
    let pairs = run.result(f.pairs()).unwrap();
    assert_eq!(values(pairs), ["x1", "y2"]);
}
