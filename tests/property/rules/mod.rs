//! Random flows with rules: arguments that tolerate, triggers, skips, retries, timeouts, signals, hooks, results given
//! by hand, in parallel, against a sequential reference. The same states, the same results, as many calls of each body.
//!
//! A failure names its seed and shows the smallest script like it that was found; `FLOW_SEED=… cargo test --test
//! property rules` runs that one alone, many times. `FLOW_RULES` says how many there are.

pub(crate) mod agree;
mod decided;
pub(crate) mod draw;
pub(crate) mod fate;
mod flow;
pub(crate) mod hook;
pub(crate) mod observed;
pub(crate) mod perform;
pub(crate) mod reference;
pub(crate) mod script;
mod shrink;
mod trigger;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::in_time::{each_in_time, seeds, wanted_seed};
use crate::random::Random;

use agree::{agrees, agrees_though_ended, found_by_the_end};
use draw::Ending;
use observed::Observed;
use perform::{judged, perform};
use reference::Flaw;
use script::Script;

/// How many flows: `FLOW_RULES`, else few enough for every day.
fn cases() -> u64 {
    std::env::var("FLOW_RULES").map_or(3_000, |cases| cases.parse().expect("FLOW_RULES is a number"))
}

/// The script of a seed; shown before it runs where that seed is wanted, as it may not end.
fn drawn(seed: u64, ending: Ending) -> Script {
    let script = Script::random(&mut Random::new(seed), ending);
    if wanted_seed().is_some() {
        eprintln!("{script}");
    }
    script
}

/// Checks the script of a seed; a smaller one like it is shown where it fails.
pub(crate) fn checked(script: Script, check: &dyn Fn(&Script) -> Result<(), String>) -> Result<(), String> {
    check(&script).map_err(|difference| {
        let (script, difference) = shrink::shrink(script, difference, check);
        format!("{difference}\n{script}")
    })
}

#[test]
fn random_rules_end_as_the_sequential_reference_says() {
    each_in_time(seeds(cases()), |seed| {
        checked(drawn(seed, Ending::Nothing), &|script| {
            judged(script, |script, came| agrees(script, came, None))
        })
    });
}

/// Who ends the run of a seed.
fn ending(seed: u64) -> Ending {
    [Ending::Signal, Ending::Signal, Ending::FailFast, Ending::Cancel][(seed % 4) as usize]
}

#[test]
fn in_a_run_that_is_ended_every_node_is_as_in_the_reference_or_cancelled() {
    each_in_time(seeds(cases()), |seed| {
        checked(drawn(seed, ending(seed)), &|script| {
            judged(script, agrees_though_ended)
        })
    });
}

#[test]
fn a_wrong_reference_of_rules_is_found_out() {
    const FLAWS: [Flaw; 5] = [
        Flaw::MasksFailures,
        Flaw::ToleratesNothing,
        Flaw::LosesAnArgument,
        Flaw::AsksTheRunFirst,
        Flaw::CountsEveryRetry,
    ];
    let found: Arc<[AtomicUsize; 5]> = Arc::default();
    let count = Arc::clone(&found);
    each_in_time((0..400).collect(), move |seed| {
        let script = Script::random(&mut Random::new(seed), Ending::Nothing);
        let came = perform(&script)?;
        for (flaw, count) in FLAWS.iter().zip(&*count) {
            count.fetch_add(
                usize::from(agrees(&script, &came, Some(*flaw)).is_err()),
                Ordering::SeqCst,
            );
        }
        Ok(())
    });
    for (flaw, found) in FLAWS.iter().zip(&*found) {
        let found = found.load(Ordering::SeqCst);
        assert!(found > 20, "only {found} of 400 flows tell that it {flaw:?}");
    }
}

#[test]
fn the_end_of_a_run_is_found_out() {
    let found: Arc<AtomicUsize> = Arc::default();
    let count = Arc::clone(&found);
    each_in_time((0..400).collect(), move |seed| {
        let script = Script::random(&mut Random::new(seed), ending(seed));
        let nodes = found_by_the_end(&script, &perform(&script)?)?;
        count.fetch_add(usize::from(nodes > 0), Ordering::SeqCst);
        Ok(())
    });
    let found = found.load(Ordering::SeqCst);
    assert!(found > 100, "the end of only {found} of 400 runs is seen");
}

#[test]
fn a_body_that_starts_out_of_turn_is_found_out() {
    let mut random = Random::new(1);
    let is_chain = |script: &Script| {
        script.nodes.len() > 1
            && (script.nodes.iter()).all(|node| node.pace != script::Pace::TimesOut && node.given.is_none())
            && script.nodes[1].upstream == [0]
    };
    let script = std::iter::repeat_with(|| Script::random(&mut random, Ending::Nothing))
        .find(is_chain)
        .expect("there are such scripts");
    let violations = |steps: &dyn Fn(&Observed)| {
        let observed = Observed::new(script.clone(), script.build());
        steps(&observed);
        let violations = observed.violations.lock().unwrap();
        violations.join(", ")
    };
    let ordered = |observed: &Observed| {
        drop(observed.enter(0, 1));
        drop(observed.enter(0, 2));
        drop(observed.enter(1, 1));
    };
    assert_eq!(violations(&ordered), "");
    let early = violations(&|observed| {
        let _first = observed.enter(0, 1);
        drop(observed.enter(1, 1));
    });
    assert!(early.contains("n1 started before n0 ended"), "{early}");
    let late = violations(&|observed| {
        drop(observed.enter(1, 1));
        drop(observed.enter(0, 1));
    });
    assert!(late.contains("n0 started after n1"), "{late}");
    let twice = violations(&|observed| {
        let _first = observed.enter(0, 1);
        drop(observed.enter(0, 1));
    });
    assert!(twice.contains("two attempts of n0 run at once"), "{twice}");
    assert!(twice.contains("attempt 1 of n0 was not the next one"), "{twice}");
}
