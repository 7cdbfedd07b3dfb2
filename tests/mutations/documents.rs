//! Run states as JSON.

use std::time::{Duration, Instant};

use flow_runtime::journal::outside::{known, written};
use flow_runtime::state::RunState;
use flow_runtime::{Budget, Flow as _, Runner, Slice, flow, task};
use serde_json::{Value, json};

use super::random::Random;
use super::{bytes, inputs, journals, memory, seed, values};

const WHOLE: &str = include_str!("../../flow-runtime/tests/golden/state-v1.0.json");
const NEWER: &str = include_str!("../../flow-runtime/tests/golden/state-v1.3.json");
const LIST: &str = include_str!("../../flow-runtime/tests/golden/state-list-v1.json");
const PREFECT: &str = include_str!("../../flow-runtime/tests/prefect/states_bare.json");

/// Bytes of memory for each byte of input, and beyond: every value of JSON is larger than its text, and two forms of it
/// are there at a time.
const FACTOR: usize = 150;
const BEYOND: usize = 32 << 10;

#[task]
fn task1() -> u32 {
    1
}

#[task(retries = 2)]
fn task2(of: u32) -> u32 {
    of
}

flow! { fn mutated(limit: u32 = 3) -> u32 { t1 = task1(); t2 = task2(t1); t3 = task2(limit); t2 } }

/// Documents and lists to start from: each node of the golden ones alone, small so that many can be tried; those as a
/// whole; and some of a flow that goes on from what is left of them.
fn seeds() -> Vec<Value> {
    let parsed = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    let whole = parsed(WHOLE);
    let mut seeds = vec![parsed(NEWER), whole.clone(), parsed(LIST)];
    for node in whole["nodes"].as_array().expect("nodes") {
        let mut one = whole.clone();
        one["nodes"] = json!([node]);
        seeds.push(one);
        seeds.push(json!([node]));
    }
    for state in parsed(PREFECT).as_object().expect("states").values() {
        seeds.push(json!([{"task": {"slug": "task1-1", "name": "task1"}, "state": state}]));
    }
    let runner = Runner::in_memory().jobs(1);
    for tasks in 1..3 {
        let Ok(Slice::CallAgain { state, .. }) = runner.slice(mutated(), Budget::tasks(tasks)) else {
            panic!("it has ended");
        };
        for _ in 0..5 {
            seeds.push(parsed(&state.to_json()));
            seeds.push(parsed(&state.to_list_json()));
        }
    }
    seeds
}

/// Whatever is accepted writes and reads back to the same.
pub(crate) fn check(state: &RunState) {
    let json = state.to_json();
    let again = RunState::from_json(&json).unwrap_or_else(|error| panic!("it cannot read {json}: {error}"));
    assert_eq!(&again, state);
    assert_eq!(again.to_json(), json);
    let list = state.to_list_json();
    let again = RunState::from_json(&list).unwrap_or_else(|error| panic!("it cannot read {list}: {error}"));
    assert_eq!(again.to_list_json(), list);
    if let Some(journal) = written(state) {
        let read = journals::check(&journal)
            .unwrap_or_else(|error| panic!("it cannot read the journal of {json}: {error}"));
        assert_eq!(read, known(state.clone()), "the journal of {json}");
    }
}

/// The same of one that was not read: its times are finer than what is written.
fn check_published(state: &RunState) {
    check(&RunState::from_json(state.to_json()).expect("what is written is read"));
}

/// A flow that goes on from it, if it is one of its states.
fn go_on(state: RunState) -> bool {
    let Ok(restored) = mutated::restore(state) else {
        return false;
    };
    let budget = Budget::time(Duration::from_millis(1)).and_tasks(2);
    match Runner::in_memory().jobs(1).slice(restored, budget) {
        Ok(Slice::CallAgain { state, .. }) => check_published(&state),
        Ok(Slice::Finished(run)) => check_published(&run.run_state().expect("its state can be written")),
        Err(_) => {}
    }
    true
}

#[test]
fn whatever_is_done_to_a_run_state_it_is_an_error_or_means_what_it_says() {
    let _alone = memory::alone();
    let (seeds, seed) = (seeds(), seed());
    let texts: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_string().into_bytes()).collect();
    let began = Instant::now();
    let (mut accepted, mut went_on, mut largest) = (0, 0, 0.0_f64);
    for input in 0..inputs() {
        let mut random = Random::new(seed.wrapping_add(input as u64));
        let pick = random.below(seeds.len());
        let mut text = if input % 2 == 0 {
            texts[pick].clone()
        } else {
            let mut value = seeds[pick].clone();
            values::mutate(&mut value, &mut random);
            value.to_string().into_bytes()
        };
        if input % 2 == 0 || random.below(16) == 0 {
            bytes::mutate(&mut text, &texts, &mut random);
        }
        let (read, most) = memory::most(|| RunState::from_json(&text));
        let allowed = FACTOR * text.len() + BEYOND;
        assert!(
            most <= allowed,
            "FLOW_SEED={seed}, input {input}: {most} bytes for {} of input, {allowed} are allowed",
            text.len()
        );
        #[allow(clippy::cast_precision_loss, reason = "to be shown")]
        {
            largest = largest.max(most as f64 / text.len().max(1) as f64);
        }
        if let Ok(state) = read {
            accepted += 1;
            let what = std::panic::AssertUnwindSafe(|| {
                check(&state);
                went_on += usize::from(accepted % 16 == 0 && go_on(state));
            });
            if let Err(panic) = std::panic::catch_unwind(what) {
                eprintln!(
                    "FLOW_SEED={seed}, input {input}: {}",
                    String::from_utf8_lossy(&text)
                );
                std::panic::resume_unwind(panic);
            }
        }
    }
    println!(
        "{} inputs in {:.1?}: {accepted} accepted, {went_on} gone on from; at most {largest:.0} bytes of memory a byte",
        inputs(),
        began.elapsed()
    );
    assert!(
        accepted * 20 > inputs(),
        "too few are accepted to be of use: {accepted}"
    );
    assert!(went_on * 1_000 > inputs(), "too few flows go on: {went_on}");
    assert!(mutated::SPEC.nodes.len() == 3);
}
