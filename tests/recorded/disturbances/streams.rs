//! Streams that are closed, full, or whose reader goes away: the answer is lost, what is recorded is not.

use std::fs::File;
use std::process::{Command, Stdio};

use flow_runtime::StateType::Success;

use crate::place::{Ended, Place, Tested, end_of, ended};

/// Gives a command by way of a shell that does something to its streams.
fn by_shell(place: &Place, words: &str, streams: &str) -> Ended {
    let program = place.command([""; 0]);
    let mut shell = Command::new("sh");
    let line = format!(
        "exec {} {words} {streams}",
        env!("CARGO_BIN_EXE_recorded-program")
    );
    shell
        .args(["-c", &line])
        .current_dir(place.path())
        .stdin(Stdio::null());
    shell.envs(
        program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    ended(shell)
}

/// Every node of `chain` has succeeded, and each body ran once.
fn is_whole(place: &Place) -> Tested {
    let state = place.recorded()?;
    assert!(
        state.nodes().all(|node| node.state().kind == Success),
        "{state:?}"
    );
    assert_eq!(place.ran(), ["a", "b", "c", "d", "e", "f"]);
    Ok(())
}

#[test]
fn where_standard_output_is_closed_no_answer_is_lost() -> Tested {
    let place = Place::new()?;
    let message = place.give("slice chain --max-tasks 1").exits(10).out;
    std::fs::write(place.path().join("message"), message)?;
    // Nobody would get the state, so nothing runs; who throws it away gets what they want.
    by_shell(&place, "slice --max-tasks 2 --state-in message", ">&-")
        .exits(2)
        .says("standard output is closed")
        .says("`--state-out FILE`");
    assert_eq!(place.ran(), ["a"]);
    for nowhere in ["--state-out /dev/null >&-", ">/dev/null"] {
        by_shell(&place, "slice --max-tasks 1 --state-in message", nowhere).exits(10);
    }
    assert_eq!(place.ran(), ["a", "b", "c"]);
    place.give("slice --state-in message").exits(0);
    is_whole(&place)?;

    let place = Place::new()?;
    by_shell(&place, "run chain --max-tasks 2", ">&- 2>&- <&-").exits(10);
    by_shell(&place, "run chain", "2>&-").exits(0);
    is_whole(&place)
}

#[test]
fn where_nobody_reads_the_answer_the_slice_says_so_and_its_message_can_be_delivered_again() -> Tested {
    let place = Place::new()?;
    let message = place.give("slice chain --max-tasks 1").exits(10).out;
    std::fs::write(place.path().join("message"), message)?;
    let mut child = place
        .command(["slice", "--max-tasks", "2", "--state-in", "message"])
        .spawn()?;
    drop(child.stdout.take());
    let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
    let program = env!("CARGO_BIN_EXE_recorded-program");
    let lost = end_of(child).exits(74);
    lost.says(&format!("the state of run {id} cannot be written: Broken pipe"))
        .says(&format!(
            "to go on: `{program} resume {id} --max-tasks 2` goes on"
        ))
        .says(&format!("`{program} status --json {id}` prints the state"));
    // A disk that is full does the same.
    let mut command = place.command(["slice", "--max-tasks", "2", "--state-in", "message"]);
    command.stdout(File::options().write(true).open("/dev/full")?);
    ended(command)
        .exits(74)
        .says("cannot be written: No space left on device");
    place.give("slice --state-in message").exits(0);
    is_whole(&place)
}

#[test]
fn nobody_has_to_listen_to_a_run() -> Tested {
    let place = Place::new()?;
    let mut child = place.command(["run", "chain"]).spawn()?;
    drop((child.stdout.take(), child.stderr.take()));
    end_of(child).exits(0);
    is_whole(&place)?;
    let mut child = place.command(["status"]).spawn()?;
    drop(child.stdout.take());
    end_of(child).exits(0);
    Ok(())
}
