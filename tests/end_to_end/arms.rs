//! The arms of an `if` or `match` in a store: targets, reuse, runs that go on, slices.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Failed, Pending, Skipped, Success};
use flow_runtime::state::RunState;
use flow_runtime::{Budget, Outcome, Slice, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task(target = "<task_name>.json")]
fn rows(count: u32) -> Vec<u32> {
    (0..count).collect()
}

#[task]
fn shown(of: u32) -> u32 {
    of
}

#[test]
fn each_arm_has_its_target_and_is_found_again_when_it_is_chosen_again() -> Tested {
    static BODIES: AtomicU32 = AtomicU32::new(0);

    #[task(target = "<task_name>.txt")]
    fn heavy(rows: &[u32]) -> u32 {
        BODIES.fetch_add(1, SeqCst);
        rows.iter().sum()
    }

    #[task(target = "light/<count>.json")]
    async fn light(count: usize) -> u32 {
        BODIES.fetch_add(1, SeqCst);
        tokio::task::yield_now().await;
        u32::try_from(count).unwrap_or_default()
    }

    flow! {
        fn made(big: bool) -> u32 {
            all = rows(4);
            sum = if big { heavy(all) } else { light(all.len()) };
            told = shown(sum);
            told
        }
    }

    let place = Place::new()?;
    for (big, bodies, sum, kind) in [
        (true, 1, 6, Success),
        (true, 1, 6, Cached),
        (false, 2, 4, Success),
        (true, 2, 6, Cached),
        (false, 2, 4, Cached),
    ] {
        let run = place.runner().run(made(big))?;
        assert_eq!((BODIES.load(SeqCst), *run.output()), (bodies, sum), "{big}");
        assert_eq!(run.node_state(made::sum).kind, kind, "{big}");
    }
    assert_eq!(place.files()?, ["heavy.txt", "light/4.json", "rows.json"]);
    Ok(())
}

#[test]
fn a_target_of_the_statement_is_written_by_whichever_arm_is_chosen() -> Tested {
    #[task]
    fn one() -> u32 {
        1
    }

    #[task]
    fn two(more: u32) -> u32 {
        more
    }

    flow! {
        fn written(first: bool, day: u32) -> u32 {
            #[node(target = "<day>/<node>.txt")]
            number = if first { one() } else { two(2) };
            number
        }
    }

    let place = Place::new()?;
    assert_eq!(*place.runner().run(written(true, 7))?.output(), 1);
    let run = place.runner().run(written(false, 7))?;
    assert_says(&run, written::number, Success, &["made again", "::one` made it"]);
    assert_eq!(
        (place.files()?, place.read("7/number.txt")?),
        (vec!["7/number.txt".to_owned()], "2".to_owned())
    );
    Ok(())
}

#[test]
fn what_a_pattern_takes_apart_is_part_of_the_argument() -> Tested {
    static BODIES: AtomicU32 = AtomicU32::new(0);

    #[task(target = "last.txt")]
    fn last(of: u32) -> u32 {
        BODIES.fetch_add(1, SeqCst);
        of
    }

    #[task]
    fn counted(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    flow! {
        fn named(count: u32) -> u32 {
            all = counted(count);
            number = match all.as_slice() { [.., one] => last(*one), [] => last(0) };
            number
        }
    }

    flow! {
        fn otherwise(count: u32) -> u32 {
            all = counted(count);
            number = match all.as_slice() { [one, ..] => last(*one), [] => last(0) };
            number
        }
    }

    let place = Place::new()?;
    for (count, number, bodies) in [(3, 2, 1), (3, 2, 1), (4, 3, 2), (0, 0, 3)] {
        let run = place.runner().run(named(count))?;
        assert_eq!((*run.output(), BODIES.load(SeqCst)), (number, bodies), "{count}");
    }
    // The same words in another pattern are another argument.
    place.runner().run(named(4))?;
    assert_eq!(*place.runner().run(otherwise(4))?.output(), 0);
    Ok(())
}

#[test]
fn a_run_that_is_resumed_keeps_its_choice_and_reads_what_an_arm_has_made() -> Tested {
    static BROKEN: AtomicBool = AtomicBool::new(true);
    static BODIES: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

    #[task(target = "a/<of>.json")]
    fn first(of: u32) -> Vec<u32> {
        BODIES[0].fetch_add(1, SeqCst);
        vec![of; 2]
    }

    #[task]
    fn second(of: u32) -> Result<Vec<u32>, String> {
        BODIES[1].fetch_add(1, SeqCst);
        if BROKEN.load(SeqCst) {
            return Err("it is broken".to_owned());
        }
        Ok(vec![of; 3])
    }

    #[task]
    fn sum(one: &[u32], other: &[u32]) -> u32 {
        one.iter().chain(other).sum()
    }

    flow! {
        fn summed(number: u32) -> u32 {
            n = shown(number);
            done = if *n > 3 { second(1) } else { first(n) };
            open = match *n { 2 => second(n), _ => first(n) };
            all = sum(done, open);
            all
        }
    }

    let place = Place::new()?;
    let run = place.runner().run_to_end(summed(2))?;
    assert_eq!(kinds(&run)[1..3], [Success, Failed]);
    let id = run.id().to_string();
    let published = run.run_state()?;
    assert_eq!(arms(&published), [None, Some(1), Some(0), None]);
    assert_eq!(arms(&place.runner().recorded(&id)?), arms(&published));
    drop(run);

    BROKEN.store(false, SeqCst);
    for state in [
        place.runner().recorded(&id)?,
        RunState::from_json(published.to_json())?,
    ] {
        let resumed = place.runner().resume(summed::restore(state)?)?;
        assert_eq!(*resumed.output(), 4 + 6);
        assert_eq!(resumed.result(summed::done)?, &[2, 2]);
        assert_eq!(arms(&resumed.run_state()?), [None, Some(1), Some(0), None]);
    }
    assert_eq!(BODIES[0].load(SeqCst), 1, "a recorded success ran again");
    assert_eq!(BODIES[1].load(SeqCst), 2);
    Ok(())
}

/// Which arms the nodes of a state have chosen.
fn arms(state: &RunState) -> Vec<Option<u64>> {
    let json: serde_json::Value = serde_json::from_str(&state.to_json()).expect("it is JSON");
    let nodes = json["nodes"].as_array().expect("there are nodes");
    nodes.iter().map(|node| node["state"]["arm"].as_u64()).collect()
}

#[test]
fn slice_after_slice_comes_to_the_same() -> Tested {
    #[task(checkpoint = false)]
    fn memory(of: u32) -> u32 {
        of + 1
    }

    #[task(target = "stored/<of>.txt", retries = 1)]
    async fn stored(of: u32) -> u32 {
        tokio::task::yield_now().await;
        of + 2
    }

    #[task]
    fn added(one: u32, other: Option<&u32>) -> u32 {
        one + other.copied().unwrap_or(100)
    }

    flow! {
        fn sliced(number: u32) -> u32 {
            a = shown(number);
            b = if *a < 3 { memory(a) } else { stored(a) };
            c = if *b > 4 { stored(b) };
            d = match (*b, number) { (3, _) => memory(b), (x, y) if x > y => stored(x + 100), _ => memory(0) };
            e = added(d, c);
            e
        }
    }

    for (number, chosen) in [
        (2, [None, Some(0), None, Some(0), None]),
        (4, [None, Some(1), Some(0), Some(1), None]),
    ] {
        let whole = Place::new()?;
        let whole = whole.runner().run(sliced(number))?;
        let place = Place::new()?;
        let runner = || place.runner();
        let mut answer = runner().slice(sliced(number), Budget::tasks(1))?;
        let mut slices = 1;
        let run = loop {
            match answer {
                Slice::Finished(run) => break run,
                Slice::CallAgain { state, .. } => {
                    let state = RunState::from_json(state.to_json())?;
                    answer = runner().slice(sliced::restore(state)?, Budget::tasks(1))?;
                }
            }
            slices += 1;
            assert!(slices < 10, "it does not end");
        };
        assert_eq!(arms(&run.run_state()?), chosen);
        assert_eq!((kinds(&run), run.output()), (kinds(&whole), whole.output()));
    }
    Ok(())
}

#[test]
fn an_arm_that_the_flow_does_not_have_is_refused() -> Tested {
    flow! {
        fn chosen(more: bool) -> u32 {
            a = if more { shown(1) } else { shown(2) };
            a
        }
    }

    let place = Place::new()?;
    let json = place.runner().run(chosen(true))?.run_state()?.to_json();
    let wrong = json.replace("\"arm\":0", "\"arm\":2");
    assert_ne!(json, wrong, "{json}");
    let error = chosen::restore(RunState::from_json(&wrong)?)
        .map(drop)
        .unwrap_err();
    assert_holds(
        &error.to_string(),
        &["node `a` has chosen the arm 2, counted from 0, and has 2 in flow"],
    );
    Ok(())
}

#[test]
fn what_is_given_to_a_branch_needs_no_arm() -> Tested {
    #[task]
    fn told(of: Outcome<&u32>) -> String {
        format!("{:?}", of.success())
    }

    flow! {
        fn by_hand(more: bool) -> String {
            a = if more { shown(1) };
            b = told(a);
            b
        }
    }

    let place = Place::new()?;
    assert_eq!(place.runner().run(by_hand(false))?.output(), "None");
    let run = place.runner().given(by_hand::a, 7_u32).run(by_hand(false))?;
    assert_eq!(run.output(), "Some(7)");
    assert_eq!(kinds(&run), [Success, Success]);
    let again = place.runner().resume(by_hand::restore(run.run_state()?)?)?;
    assert_eq!(*again.result(by_hand::a)?, 7);
    assert!(![Pending, Skipped].contains(&again.node_state(by_hand::a).kind));
    Ok(())
}
