//! Random flows with rules, run slice after slice: in memory and in stores, every state by way of its JSON, messages
//! delivered once, twice and late, processes that die at every moment of a slice, runs that are ended and opened again;
//! against the sequential reference. The same states, the same results, no finished body twice.
//!
//! A failure names its seed and shows the smallest script like it that was found; `FLOW_SEED=… cargo test --test
//! property slices` runs that one alone, many times. `FLOW_SLICES` says how many there are.

mod article;
mod broken;
mod checks;
mod cut;
mod deaths;
mod draw;
mod ended;
mod judge;
mod passing;
mod place;
mod play;
mod wire;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::in_time::{each_in_time, seeds, wanted_seed};
use crate::random::Random;
use crate::rules::checked;
use crate::rules::script::Script;

use cut::Cut;
use deaths::Disk;
use place::Kind;

/// How many nodes a flow has at most.
const MOST: usize = 16;

/// The same where every moment of a slice is the last of its process.
const MOST_THAT_DIE: usize = 7;

/// How many flows: `FLOW_SLICES`, else few enough for every day.
fn cases() -> u64 {
    std::env::var("FLOW_SLICES").map_or(400, |cases| cases.parse().expect("FLOW_SLICES is a number"))
}

/// The flow of a seed, and how it is cut.
fn drawn(seed: u64) -> (Script, Cut) {
    let mut random = Random::new(seed);
    let script = draw::script(&mut random, MOST);
    let cut = Cut::random(&mut random, &script);
    if wanted_seed().is_some() {
        eprintln!("{cut:?}\n{script}");
    }
    (script, cut)
}

/// The same where processes die.
fn drawn_to_die(seed: u64) -> (Script, Cut) {
    let mut random = Random::new(seed);
    let mut script = draw::script(&mut random, MOST_THAT_DIE);
    let mut cut = Cut::random(&mut random, &script);
    deaths::suited(&mut script, &mut cut);
    if wanted_seed().is_some() {
        eprintln!("{cut:?}\n{script}");
    }
    (script, cut)
}

/// Checks many cases, several at a time: most of their time they wait.
fn each(seeds: &[u64], case: impl Fn(u64) -> Result<(), String> + Copy + Send + 'static) {
    const SIDE_BY_SIDE: usize = 4;
    thread::scope(|scope| {
        for seeds in seeds.chunks(seeds.len().div_ceil(SIDE_BY_SIDE)) {
            scope.spawn(move || each_in_time(seeds.to_vec(), case));
        }
    });
}

#[test]
fn slice_after_slice_comes_to_what_one_run_comes_to() {
    each(&seeds(cases()), |seed| {
        let (script, cut) = drawn(seed);
        checked(script, &|script| judge::agrees(script, cut, None))
            .map_err(|error| format!("{cut:?}: {error}"))
    });
}

#[test]
fn a_slice_that_dies_at_any_moment_is_gone_on_with() {
    let mut seeds = seeds(cases().div_ceil(20));
    if wanted_seed().is_some() {
        // Nothing in them is left to chance.
        seeds.truncate(4);
    }
    each(&seeds, |seed| {
        let (script, cut) = drawn_to_die(seed);
        checked(script, &|script| deaths::agrees(script, cut, Disk::Keeps))
            .map_err(|error| format!("{cut:?}: {error}"))
    });
}

#[test]
fn a_run_that_a_hook_ends_again_and_again_comes_to_what_one_run_comes_to() {
    each(&seeds(cases().div_ceil(5)), |seed| {
        let mut random = Random::new(seed);
        let mut script = draw::script(&mut random, MOST);
        article::suited(&mut script, &mut random);
        let cut = Cut::random(&mut random, &script);
        checked(script, &|script| article::agrees(script, cut)).map_err(|error| format!("{cut:?}: {error}"))
    });
}

#[test]
fn what_only_memory_has_is_made_again_and_nothing_else() {
    each(&seeds(cases().div_ceil(5)), |seed| {
        let mut random = Random::new(seed);
        let mut script = draw::script(&mut random, MOST);
        let mut cut = Cut::random(&mut random, &script);
        passing::suited(&mut script, &mut cut, &mut random);
        checked(script, &|script| passing::agrees(script, cut)).map_err(|error| format!("{cut:?}: {error}"))
    });
}

#[test]
fn a_sliced_run_that_is_ended_has_ended() {
    each(&seeds(cases().div_ceil(5)), |seed| {
        let (script, cut) = ended::drawn(&mut Random::new(seed));
        checked(script, &|script| ended::agrees(script, cut)).map_err(|error| format!("{cut:?}: {error}"))
    });
}

#[test]
fn a_driver_of_slices_that_does_it_wrong_is_found_out() {
    const CASES: u64 = 150;
    static FOUND: [AtomicUsize; broken::ALL.len()] = [const { AtomicUsize::new(0) }; broken::ALL.len()];
    each(&(0..CASES).collect::<Vec<_>>(), |seed| {
        for (broken, found) in broken::ALL.iter().zip(&FOUND) {
            let (mut script, mut cut) = drawn(seed);
            broken.suit(&mut script, &mut cut);
            if judge::agrees(&script, cut, Some(*broken)).is_err() {
                found.fetch_add(1, Ordering::SeqCst);
            }
        }
        Ok(())
    });
    for (broken, found) in broken::ALL.iter().zip(&FOUND) {
        let found = found.load(Ordering::SeqCst);
        assert!(found > 4, "only {found} of {CASES} runs tell that it {broken:?}");
    }
}

#[test]
fn a_disk_that_loses_what_was_written_is_found_out() {
    static FOUND: AtomicUsize = AtomicUsize::new(0);
    each(&(0..20).collect::<Vec<_>>(), |seed| {
        let (script, mut cut) = drawn_to_die(seed);
        cut.kind = Kind::Directory;
        if deaths::agrees(&script, cut, Disk::LosesTheLast).is_err() {
            FOUND.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    });
    let found = FOUND.load(Ordering::SeqCst);
    assert!(
        found > 8,
        "only {found} of 16 runs tell that their last record was lost"
    );
}
