//! Random items through every shape of a `for` — keyed, through another's results, side by side, with a reader of all — run at
//! once and slice after slice, from places as a process leaves them that dies at any moment, and again with items added, removed
//! and reordered; against what each item by itself must come to. The same states, the same results, no child twice.
//!
//! `FLOW_CHILDREN` says how many cases there are; a failure names its seed.

mod flow;
mod play;
mod script;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::in_time::{each_in_time, seeds};
use crate::random::Random;
use play::Broken;
use script::Script;

/// How many cases: `FLOW_CHILDREN`, else few enough for every day.
fn cases() -> u64 {
    std::env::var("FLOW_CHILDREN").map_or(100, |cases| cases.parse().expect("FLOW_CHILDREN is a number"))
}

#[test]
fn children_end_as_each_item_by_itself() {
    each_in_time(seeds(2 * cases()), |seed| {
        let script = Script::random(&mut Random::new(seed));
        play::at_once(&script).map_err(|error| format!("{error}\n{script:#?}"))
    });
}

#[test]
fn children_in_slices_come_to_what_one_run_comes_to() {
    each_in_time(seeds(cases()), |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random);
        play::in_slices(&script, &mut random, None).map_err(|error| format!("{error}\n{script:#?}"))
    });
}

#[test]
fn a_child_that_was_recorded_never_runs_again() {
    each_in_time(seeds(cases().div_ceil(10)), |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random);
        play::through_deaths(&script, &mut random).map_err(|error| format!("{error}\n{script:#?}"))
    });
}

#[test]
fn other_items_run_the_children_that_are_missing_and_no_others() {
    each_in_time(seeds(cases()), |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random);
        play::edited(&script, &mut random).map_err(|error| format!("{error}\n{script:#?}"))
    });
}

#[test]
fn a_driver_that_forgets_children_is_found_out() {
    static FOUND: AtomicUsize = AtomicUsize::new(0);
    const CASES: u64 = 60;
    each_in_time((0..CASES).collect(), |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random);
        if play::in_slices(&script, &mut random, Some(Broken::ForgetsChildren)).is_err() {
            FOUND.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    });
    let found = FOUND.load(Ordering::SeqCst);
    assert!(
        found > 10,
        "only {found} of {CASES} cases tell that children were forgotten"
    );
}
