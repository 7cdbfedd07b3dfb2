//! Bodies that kill their process: after so many deaths the node has failed, and the others go on.

use flow_runtime::StateType::{Failed, Pending, Running, Skipped, Success, TriggerFailed};

use super::place::{Ended, Place, Tested, ended, kind, signal};
use crate::side;

/// The code of a process that ended so.
const ENDS: [(&str, i32); 3] = [("abort", 134), ("exit", 3), ("kill", 137)];

/// Gives a command in whose process the body of `doomed` kills it.
fn give(place: &Place, how: &str, words: &str) -> Ended {
    let mut command = place.command(words.split_whitespace());
    command.env(side::DIE, format!("doomed {how}"));
    ended(command)
}

#[test]
fn a_body_that_kills_its_process_fails_after_three_deaths_and_the_others_go_on() -> Tested {
    for (how, code) in ENDS {
        for again in ["run deadly", "resume"] {
            let place = Place::new()?;
            give(&place, how, "run deadly -j 1").exits(code);
            for death in 1..3 {
                let state = place.recorded()?;
                assert_eq!(kind(&state, "doomed"), Pending);
                let message = &state.node("doomed").expect("it is there").state().message;
                assert_eq!(message, &format!("its process died in attempt {death}"));
                give(&place, how, again).exits(code).says("goes on: ");
            }
            let ended = give(&place, how, again).exits(1);
            let ended = ended
                .says("Failed doomed")
                .says("its process died 3 times while it ran");
            ended.says("blocks: after").says("to go on: ").says(" resume ");
            let state = place.recorded()?;
            let kinds = ["first", "doomed", "after", "beside", "last"].map(|node| kind(&state, node));
            assert_eq!(kinds, [Success, Failed, TriggerFailed, Success, Success], "{how}");
            let ran = place.ran();
            assert_eq!(ran.iter().filter(|node| *node == "doomed").count(), 3);
            assert_eq!(ran.iter().filter(|node| *node == "first").count(), 1);
            // With what killed it gone, it is tried anew.
            place
                .give("resume")
                .exits(0)
                .says("Success doomed")
                .says("Success after");
        }
    }
    Ok(())
}

#[test]
fn an_arm_in_which_a_process_died_is_chosen_again_and_what_others_have_made_is_read() -> Tested {
    for dying in ["doomed", "after"] {
        let place = Place::new()?;
        let mut command = place.command(["run", "forked", "-j", "1"]);
        command.env(side::DIE, format!("{dying} kill"));
        ended(command).exits(137);
        assert_eq!(kind(&place.recorded()?, dying), Pending);
        place
            .give("run forked -j 1")
            .exits(0)
            .says("goes on: ")
            .says("Skipped maybe");
        let counts =
            ["first", "doomed", "after"].map(|node| place.ran().iter().filter(|ran| *ran == node).count());
        let expected = ["first", "doomed", "after"].map(|node| if node == dying { 2 } else { 1 });
        assert_eq!(counts, expected, "{dying}");
        let state = place.recorded()?;
        let kinds = ["first", "doomed", "after", "maybe"].map(|node| kind(&state, node));
        assert_eq!(kinds, [Success, Success, Success, Skipped], "{dying}");
    }
    Ok(())
}

#[test]
fn what_ran_beside_a_body_that_kills_its_process_is_not_to_blame() -> Tested {
    let place = Place::new()?;
    give(&place, "abort", "run crowded -j 4").exits(134);
    // All three ran, and nobody knows whose body it was. From here on each runs alone.
    let mut last = give(&place, "abort", "run crowded -j 4").says("each runs alone now");
    for _ in 0..6 {
        if last.code != 134 {
            break;
        }
        last = give(&place, "abort", "run crowded -j 4");
    }
    last.exits(1)
        .says("Failed doomed")
        .says("its process died 3 times while it ran");
    let state = place.recorded()?;
    let kinds = ["doomed", "beside", "waits", "last"].map(|node| kind(&state, node));
    assert_eq!(kinds, [Failed, Success, Success, Success]);
    assert_eq!(place.ran().iter().filter(|node| *node == "doomed").count(), 3);
    Ok(())
}

#[test]
fn so_it_does_in_slices_whose_message_is_delivered_again() -> Tested {
    for (how, code) in ENDS {
        let place = Place::new()?;
        let first = place.give("slice deadly --max-tasks 1").exits(10);
        std::fs::write(place.path().join("message"), &first.out)?;
        let mut deaths = 0;
        let state = loop {
            let ended = give(&place, how, "slice --max-tasks 2 --state-in message -j 1");
            if ended.code == code {
                deaths += 1;
                assert!(deaths <= 3, "it dies on and on");
                assert_eq!(ended.out, "", "a dead slice has no answer");
                continue;
            }
            let state = ended.state();
            std::fs::write(place.path().join("message"), &ended.out)?;
            if state.is_finished() {
                ended.exits(1);
                break state;
            }
            ended.exits(10);
        };
        assert_eq!(deaths, 3, "{how}");
        let kinds = ["first", "doomed", "after", "beside", "last"].map(|node| kind(&state, node));
        assert_eq!(kinds, [Success, Failed, TriggerFailed, Success, Success], "{how}");
        for node in ["first", "beside", "last"] {
            assert_eq!(place.ran().iter().filter(|ran| *ran == node).count(), 1, "{node}");
        }
    }
    Ok(())
}

#[test]
fn a_slice_that_is_killed_after_any_of_its_nodes_runs_none_of_them_again() -> Tested {
    let nodes = ["a", "b", "c", "d", "e", "f"];
    for dying in &nodes[1..] {
        let place = Place::new()?;
        let first = place.give("slice chain --max-tasks 1").exits(10);
        std::fs::write(place.path().join("message"), &first.out)?;
        let mut command = place.command(["slice", "--state-in", "message"]);
        command.env(side::DIE, format!("{dying} kill"));
        ended(command).exits(137);
        // And once more, though it was answered.
        for _ in 0..2 {
            let state = place.give("slice --state-in message").exits(0).state();
            assert!(
                state.nodes().all(|node| node.state().kind == Success),
                "{state:?}"
            );
        }
        for node in nodes {
            let times = 1 + usize::from(node == *dying);
            assert_eq!(
                place.ran().iter().filter(|ran| *ran == node).count(),
                times,
                "{node} of {dying}"
            );
        }
    }
    Ok(())
}

#[test]
fn who_is_interrupted_twice_has_not_died() -> Tested {
    let place = Place::new()?;
    // More often than a node may die.
    for round in 1..=4_u32 {
        let child = place.command(["run", "stubborn"]).spawn()?;
        place.wait_for("b");
        signal(&child, "INT");
        // Not merged with the first: a signal that is pending already is sent once.
        std::thread::sleep(std::time::Duration::from_millis(150));
        signal(&child, "INT");
        super::place::end_of(child)
            .exits(130)
            .says("SIGINT again: ended at once");
        let state = place.recorded()?;
        let node = state.node("b").expect("it is there");
        assert_eq!((node.state().kind, node.attempts()), (Pending, round));
        assert!(!node.state().message.contains("died"), "{}", node.state().message);
        let attempts: Vec<u32> = place
            .bodies()
            .iter()
            .filter(|body| body.node == "b")
            .map(|body| body.attempt)
            .collect();
        assert_eq!(attempts, [round]);
        place.forget();
    }
    Ok(())
}

/// What the copy that has ended began with.
fn copied_from(place: &Place) -> Option<String> {
    place.stored("from.txt")
}

fn accepting(place: &Place, words: &str) -> std::process::Command {
    let mut command = place.command(words.split_whitespace());
    command.env("FLOW_ACCEPT", "1");
    command
}

#[test]
fn details_outlive_the_process_whatever_ends_it() -> Tested {
    for (how, code) in ENDS {
        let place = Place::new()?;
        for row in [3, 4] {
            let mut command = accepting(&place, "run copying");
            command.env(side::DIE, format!("row{row} {how}"));
            ended(command).exits(code);
        }
        assert_eq!(copied_from(&place), None);
        ended(accepting(&place, "resume")).exits(0);
        assert_eq!(copied_from(&place).as_deref(), Some("4"), "{how}");
    }
    Ok(())
}

#[test]
fn so_they_do_in_a_slice_whose_message_is_delivered_again() -> Tested {
    let place = Place::new()?;
    let first = place.give("slice copying --max-tasks 1").exits(10);
    std::fs::write(place.path().join("message"), &first.out)?;
    let mut command = accepting(&place, "slice --state-in message");
    command.env(side::DIE, "row3 kill");
    ended(command).exits(137);
    // The message knows nothing of that slice; what the store has recorded since counts as well.
    ended(accepting(&place, "slice --state-in message")).exits(0);
    assert_eq!(copied_from(&place).as_deref(), Some("3"));
    Ok(())
}

#[test]
fn details_of_a_body_that_is_left_or_has_failed_are_there_when_it_goes_on() -> Tested {
    let place = Place::new()?;
    place.give("run copying").exits(1).says("Failed copied");
    let mut command = accepting(&place, "resume");
    command.env("FLOW_STAY", "1");
    place.forget();
    let child = command.spawn()?;
    // Interrupted once, it would be waited for.
    place.wait_for("from");
    let log = std::fs::read_to_string(place.path().join("log"))?;
    assert!(log.contains("copied from 5"), "{log}");
    signal(&child, "INT");
    std::thread::sleep(std::time::Duration::from_millis(150));
    signal(&child, "INT");
    super::place::end_of(child).exits(130);
    assert_eq!(copied_from(&place), None);
    ended(accepting(&place, "resume")).exits(0);
    assert_eq!(copied_from(&place).as_deref(), Some("9"));
    Ok(())
}

#[test]
fn a_state_that_was_read_while_a_body_ran_does_not_forget_what_it_left_as_it_died() -> Tested {
    let place = Place::new()?;
    let mut command = accepting(&place, "run copying");
    command.env("FLOW_STAY", "1");
    let child = command.spawn()?;
    place.wait_for("from");
    let read = place.give("status --json").exits(0);
    assert_eq!(kind(&read.state(), "copied"), Running);
    signal(&child, "KILL");
    super::place::end_of(child).exits(137);
    std::fs::write(place.path().join("message"), &read.out)?;
    let state = ended(accepting(&place, "slice --state-in message"))
        .exits(0)
        .state();
    assert_eq!(copied_from(&place).as_deref(), Some("9"));
    assert_eq!(state.node("copied").expect("it is there").attempts(), 2);
    Ok(())
}

#[test]
fn the_last_details_that_were_left_are_there_whatever_signal_ended_the_process() -> Tested {
    for signals in [&["KILL"][..], &["TERM", "TERM"], &["INT", "INT"]] {
        let place = Place::new()?;
        let child = place.command(["run", "counting"]).spawn()?;
        place.wait_for("counted");
        for name in signals {
            std::thread::sleep(std::time::Duration::from_millis(100));
            signal(&child, name);
        }
        let _ = super::place::end_of(child);
        let last: [u8; 8] = std::fs::read(place.path().join("last"))?
            .try_into()
            .expect("8 bytes");
        let mut command = place.command(["resume"]);
        command.env("FLOW_STOP", "1");
        ended(command).exits(0);
        let found: u64 = place.stored("found.txt").ok_or("it has ended")?.trim().parse()?;
        let last = u64::from_le_bytes(last);
        // One more may have been left that it could not write beside the store.
        assert!(
            found == last || found == last + 1,
            "{signals:?}: {found}, not {last}"
        );
    }
    Ok(())
}
