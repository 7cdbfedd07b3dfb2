//! Parameters are added, removed, renamed; their types and defaults change.

use flow_runtime::{StateError, flow};

use crate::verdict::verdict;
use crate::{add, rows, sum};

flow! { fn base(limit: u32) { a = rows(); b = sum(a); c = add(b, limit); } }

fn run() -> impl flow_runtime::Start {
    base(3)
}

fn refused(verdict: &Result<Vec<String>, StateError>, said: &str, advice: &str) {
    match verdict {
        Err(error) => {
            assert!(error.to_string().contains(said), "{error}");
            assert!(error.advice().starts_with(advice), "{}", error.advice());
        }
        Ok(ran) => panic!("{ran:?}"),
    }
}

const GO_ON: &str = "go on with the program that wrote the state, or start a new run";

#[test]
fn one_with_a_default_may_be_added() {
    flow! { fn base(limit: u32, most: u32 = 7) { a = rows(); b = sum(a); c = add(b, limit); d = add(c, most); } }
    assert_eq!(verdict(run, 1, base::restore).unwrap(), ["b", "c", "d"]);
    assert_eq!(verdict(run, 3, base::restore).unwrap(), ["d"]);
}

#[test]
fn one_without_default_may_not() {
    flow! { fn base(limit: u32, most: u32) { a = rows(); b = sum(a); c = add(b, limit); d = add(c, most); } }
    for tasks in [1, 3] {
        let verdict = verdict(run, tasks, base::restore);
        refused(
            &verdict,
            "has no value for the parameter `most`",
            "give the parameter a default",
        );
    }
}

#[test]
fn one_that_is_removed_is_missed() {
    flow! { fn base() { a = rows(); b = sum(a); c = add(b, 3); } }
    for tasks in [1, 3] {
        refused(
            &verdict(run, tasks, base::restore),
            "has no parameter `limit`",
            GO_ON,
        );
    }
}

#[test]
fn one_that_is_renamed_is_another_one() {
    flow! { fn base(most: u32 = 3) { a = rows(); b = sum(a); c = add(b, most); } }
    for tasks in [1, 3] {
        refused(
            &verdict(run, tasks, base::restore),
            "has no parameter `limit`",
            GO_ON,
        );
    }
}

#[test]
fn its_value_must_be_one_of_its_type() {
    {
        flow! { fn base(limit: String) { a = rows(); b = sum(a); c = add(b, limit.len() as u32); } }
        for tasks in [1, 3] {
            let verdict = verdict(run, tasks, base::restore);
            refused(
                &verdict,
                "the parameter `limit` of flow `edits::parameters::base` is no `String`",
                GO_ON,
            );
        }
    }
    {
        // What is one of both types is taken.
        flow! { fn base(limit: u64) { a = rows(); b = sum(a); c = add(b, limit as u32); } }
        assert_eq!(verdict(run, 1, base::restore).unwrap(), ["b", "c"]);
        assert_eq!(verdict(run, 3, base::restore).unwrap(), [""; 0]);
    }
}

#[test]
fn another_default_does_not_change_the_value_of_a_run() {
    flow! { fn preset(limit: u32 = 3) -> u32 { a = rows(); b = sum(a); c = add(b, limit); c } }
    fn before() -> impl flow_runtime::Start {
        preset()
    }
    {
        flow! { fn preset(limit: u32 = 100) -> u32 { a = rows(); b = sum(a); c = add(b, limit); c } }
        assert_eq!(verdict(before, 1, preset::restore).unwrap(), ["b", "c"]);
        let runner = flow_runtime::Runner::in_memory();
        let Ok(flow_runtime::Slice::CallAgain { state, .. }) =
            runner.slice(before(), flow_runtime::Budget::tasks(1))
        else {
            panic!("it ended");
        };
        assert_eq!(*runner.run(preset::restore(state).unwrap()).unwrap().output(), 9);
    }
}

#[test]
fn they_may_stand_in_another_order() {
    flow! { fn two(first: u32, second: u32) { a = rows(); b = sum(a); c = add(first, second); } }
    fn before() -> impl flow_runtime::Start {
        two(1, 2)
    }
    {
        flow! { fn two(second: u32, first: u32) { a = rows(); b = sum(a); c = add(first, second); } }
        assert_eq!(verdict(before, 2, two::restore).unwrap(), ["c"]);
    }
}
