//! Many processes that would drive one run: one at a time does, the others are told who, or find it finished.
//!
//! `FLOW_OWNER_ROUNDS` says how many rounds there are of two and of eight processes (10 without it).

use std::collections::HashSet;
use std::process::{Child, Command, Stdio};

use super::place::{Ended, Place, Tested, end_of};

fn rounds() -> usize {
    let set = std::env::var("FLOW_OWNER_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok());
    set.unwrap_or(10)
}

/// A campaign in which the processes never met has seen nothing: it goes on for so many rounds.
const PATIENCE: usize = 300;

/// What a campaign has seen.
#[derive(Debug, Default)]
struct Tally {
    rounds: usize,
    turned_away: usize,
    /// Processes that drove the run, or found it finished.
    finished: usize,
}

/// Starts so many processes with the same command at once; how they ended.
fn at_once(place: &Place, processes: usize, words: &[&str]) -> Vec<Ended> {
    let start = |_| place.command(words).spawn().expect("it starts");
    let children: Vec<_> = (0..processes).map(start).collect();
    children.into_iter().map(end_of).collect()
}

/// Whether a process was turned away; it says who drives the run.
fn was_turned_away(ended: &Ended, driven: &str) -> bool {
    if ended.code != 75 {
        return false;
    }
    let holder = ended
        .err
        .split_once("is driven by process ")
        .map(|(_, rest)| rest);
    let mut words = holder.unwrap_or_default().split_whitespace();
    let process = words.next().and_then(|word| word.parse::<u32>().ok());
    assert!(process.is_some(), "who drives it? {}", ended.err);
    assert_eq!(words.next(), Some("on"), "where? {}", ended.err);
    assert!(words.next().is_some(), "where? {}", ended.err);
    assert!(ended.err.contains(driven), "which run? {}", ended.err);
    assert!(
        ended
            .err
            .contains("to go on: wait until it has ended, or end it there"),
        "{}",
        ended.err
    );
    true
}

/// No attempt of a node is started twice, and none after it has succeeded: in a flow without failures there is one of each.
fn each_body_ran_once(place: &Place, nodes: &[&str]) {
    let bodies = place.bodies();
    let mut seen = HashSet::new();
    for body in &bodies {
        assert!(
            seen.insert(body.node.clone()),
            "`{}` ran twice: {bodies:?}",
            body.node
        );
    }
    assert!(nodes.iter().all(|node| seen.contains(*node)), "{bodies:?}");
}

fn resume_at_once(processes: usize) -> Result<Tally, Box<dyn std::error::Error>> {
    let mut tally = Tally::default();
    while tally.rounds < rounds() || (tally.turned_away == 0 && tally.rounds < PATIENCE) {
        let place = Place::new()?;
        let begun = place.give("run chain --max-tasks 1").exits(10);
        let run = place.recorded()?.run_id().unwrap_or_default().to_owned();
        assert!(begun.err.contains(&run));
        tally.rounds += 1;
        for ended in at_once(&place, processes, &["resume", &run]) {
            if was_turned_away(&ended, &run) {
                tally.turned_away += 1;
            } else {
                let ended = ended.exits(0).says("chain: Success in");
                assert!(ended.err.contains(&run), "another run: {}", ended.err);
                tally.finished += 1;
            }
        }
        each_body_ran_once(&place, &["a", "b", "c", "d", "e", "f"]);
        assert!(place.recorded()?.is_finished());
    }
    Ok(tally)
}

#[test]
fn of_two_processes_that_resume_a_run_one_drives_it() -> Tested {
    let tally = resume_at_once(2)?;
    assert!(
        tally.finished >= tally.rounds && tally.turned_away > 0,
        "{tally:?}"
    );
    Ok(())
}

#[test]
fn so_it_is_with_eight() -> Tested {
    let tally = resume_at_once(8)?;
    assert!(
        tally.finished >= tally.rounds && tally.turned_away > 0,
        "{tally:?}"
    );
    Ok(())
}

/// Two that start the same run, not knowing of each other: one is turned away, or comes when the other has ended.
#[test]
fn of_two_processes_that_start_a_run_one_drives_it() -> Tested {
    let mut turned_away = 0;
    for _ in 0..rounds() {
        let place = Place::new()?;
        let mut finished = 0;
        for ended in at_once(&place, 2, &["run", "slow_chain"]) {
            if was_turned_away(&ended, "") {
                turned_away += 1;
            } else {
                ended.exits(0).says("slow_chain: Success in");
                finished += 1;
            }
        }
        let log = std::fs::read_to_string(place.path().join("log"))?;
        assert!(!log.contains("two processes drive the run"), "{log}");
        // Who comes later than that starts a run of its own.
        assert_eq!(place.bodies().len(), 3 * finished, "{log}");
    }
    assert!(turned_away > 0, "they never met");
    Ok(())
}

#[test]
fn of_two_slices_with_one_message_one_drives_the_run() -> Tested {
    let (mut turned_away, mut round) = (0, 0);
    while round < rounds() || (turned_away == 0 && round < PATIENCE) {
        round += 1;
        let place = Place::new()?;
        let message = place.path().join("message");
        std::fs::write(&message, place.give("slice chain --max-tasks 1").exits(10).out)?;
        let words = ["slice", "--max-tasks", "2", "--state-in", "message"];
        let mut answers = Vec::new();
        for ended in at_once(&place, 2, &words) {
            if was_turned_away(&ended, "") {
                turned_away += 1;
                assert_eq!(ended.out, "", "an answer without a slice");
            } else {
                answers.push(ended.exits(10).state());
            }
        }
        // Where both came to it, the second went on where the first had stopped.
        let done = |state: &flow_runtime::RunState| {
            state.nodes().filter(|node| node.state().kind.has_value()).count()
        };
        let mut dones: Vec<usize> = answers.iter().map(done).collect();
        dones.sort_unstable();
        assert!(dones == [3] || dones == [3, 5], "{dones:?}");
        let ran = place.ran();
        assert_eq!(
            ran.iter().collect::<HashSet<_>>().len(),
            ran.len(),
            "a body ran twice: {ran:?}"
        );
    }
    assert!(turned_away > 0, "they never met");
    Ok(())
}

/// Starts a program that takes the locks away.
fn lockless(place: &Place, words: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_broken-program"));
    let like = place.command([""; 0]);
    command.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.arg("lockless").arg(place.root()).args(words);
    command.args(["--store".as_ref(), place.root().as_os_str()]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

#[test]
fn two_that_drive_one_run_are_seen() -> Tested {
    // What the tests above would see, had the program no locks.
    let is_seen = || -> Result<bool, Box<dyn std::error::Error>> {
        let place = Place::new()?;
        end_of(lockless(&place, &["run", "--salt", "1", "--max-tasks", "1"])).exits(10);
        let first = lockless(&place, &["resume", "-j", "1"]);
        place.wait_for("rows");
        end_of(lockless(&place, &["resume", "-j", "1"]));
        end_of(first);
        let log = std::fs::read_to_string(place.path().join("log"))?;
        let mut attempts = HashSet::new();
        let attempt = |line: &str| line.rsplit_once(' ').map(|(attempt, _)| attempt.to_owned());
        let mut lines = log.lines().filter_map(attempt);
        Ok(log.contains("two processes drive the run") || !lines.all(|attempt| attempts.insert(attempt)))
    };
    for _ in 0..50 {
        if is_seen()? {
            return Ok(());
        }
    }
    Err("two processes drove one run, and nobody has seen it".into())
}
