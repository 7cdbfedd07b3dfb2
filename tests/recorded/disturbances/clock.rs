//! Clocks that are set while a run goes on, or between its processes.
//!
//! The clock is `faketime`'s (`apt-get install faketime`): without it the tests say so and do nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use flow_runtime::state::NodeState;
use jiff::Timestamp;

use crate::place::{Ended, Place, Tested, end_of, ended, skip};

/// A clock that can be set.
struct Clock {
    library: String,
    file: PathBuf,
}

impl Clock {
    /// A clock that says `now`; `None` where there can be none.
    fn of(place: &Place, now: &str) -> Option<Self> {
        let found = Command::new("faketime")
            .args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"])
            .output();
        let library = found.ok().filter(|found| found.status.success())?;
        let clock = Self {
            library: String::from_utf8_lossy(&library.stdout).trim().to_owned(),
            file: place.path().join("clock"),
        };
        clock.set(now);
        Some(clock)
    }

    /// From here on it says this, and goes on.
    fn set(&self, now: &str) {
        let now: Timestamp = now.parse().expect("a time");
        let offset = now.duration_since(Timestamp::now()).as_secs();
        // Whoever reads it finds the old time or the new one.
        let beside = self.file.with_extension("new");
        fs::write(&beside, format!("{offset:+}\n")).expect("it can be written");
        fs::rename(&beside, &self.file).expect("it can be renamed");
    }

    fn command(&self, place: &Place, words: &str) -> Command {
        let mut command = place.command(words.split_whitespace());
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1");
        command
    }

    fn give(&self, place: &Place, words: &str) -> Ended {
        ended(self.command(place, words))
    }
}

macro_rules! clock {
    ($place:expr, $now:expr) => {
        match Clock::of($place, $now) {
            Some(clock) => clock,
            None => {
                skip("there is no `faketime`");
                return Ok(());
            }
        }
    };
}

/// Of a retry that waits 1.5 s.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_retry_waits_as_long_as_it_was_meant_to_when_the_clock_is_set_back() -> Tested {
    let place = Place::new()?;
    let clock = clock!(&place, "2026-11-23T12:00:00Z");
    let began = Instant::now();
    let child = clock.command(&place, "run daily").spawn()?;
    place.wait_for("waited");
    std::thread::sleep(Duration::from_millis(100));
    clock.set("2026-11-23T07:00:00Z");
    end_of(child).exits(0);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    assert!(
        began.elapsed() >= Duration::from_millis(1500),
        "{:?}",
        began.elapsed()
    );
    Ok(())
}

#[test]
fn so_does_the_next_process_of_the_run() -> Tested {
    let place = Place::new()?;
    let clock = clock!(&place, "2026-11-23T12:00:00Z");
    let mut child = clock.command(&place, "run daily").spawn()?;
    place.wait_for("waited");
    std::thread::sleep(Duration::from_millis(100));
    child.kill()?;
    end_of(child).exits(137);
    clock.set("2026-11-23T07:00:00Z");
    let began = Instant::now();
    clock.give(&place, "resume").exits(0);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());

    // Of a slice the message says when to come again, by the clock as it is now.
    let place = Place::new()?;
    clock.set("2026-11-23T12:00:00Z");
    let message = clock.give(&place, "slice daily --max-tasks 2").exits(10);
    let due = message
        .state()
        .node("waited")
        .and_then(NodeState::not_before)
        .ok_or("it waits")?;
    assert!(due > "2026-11-23T12:00:00Z".parse()?, "{due}");
    clock.set("2026-11-23T07:00:00Z");
    fs::write(place.path().join("message"), message.out)?;
    let again = clock
        .give(&place, "slice --max-time 1s --state-in message")
        .exits(10);
    let due = again
        .state()
        .node("waited")
        .and_then(NodeState::not_before)
        .ok_or("it waits")?;
    assert!(due < "2026-11-23T07:01:00Z".parse()?, "{due}");
    Ok(())
}

#[test]
fn over_midnight_a_run_keeps_its_dates() -> Tested {
    let place = Place::new()?;
    // In Berlin it is a minute to midnight.
    let clock = clock!(&place, "2026-11-23T22:59:00Z");
    let child = clock.command(&place, "run daily").spawn()?;
    place.wait_for("waited");
    clock.set("2026-11-23T23:01:00Z");
    end_of(child).exits(0);
    assert_eq!(place.stored("2026-11-23/first.txt").as_deref(), Some("first"));
    assert_eq!(place.stored("2026-11-23/second.txt").as_deref(), Some("at last"));

    // One that was killed before midnight is resumed after it, with its dates; `run` starts that of the next day.
    let place = Place::new()?;
    clock.set("2026-11-23T22:59:00Z");
    clock.give(&place, "run daily --max-tasks 1").exits(10);
    clock.set("2026-11-23T23:01:00Z");
    clock
        .give(&place, "run daily --max-tasks 1")
        .exits(10)
        .says("logical time 2026-11-24 00:01:0");
    let id = Place::recorded(&place)?.run_id().unwrap_or_default().to_owned();
    let earlier = "20261123T2259";
    assert!(!id.starts_with(earlier), "{id}");
    clock
        .give(&place, &format!("resume {earlier}"))
        .exits(0)
        .says("logical time 2026-11-23 23:59:0");
    assert_eq!(place.stored("2026-11-23/second.txt").as_deref(), Some("at last"));
    assert_eq!(place.stored("2026-11-24/second.txt"), None);
    Ok(())
}

#[test]
fn an_hour_that_comes_twice_is_of_the_same_day() -> Tested {
    let place = Place::new()?;
    // In Berlin it is half past two, in summer time.
    let clock = clock!(&place, "2026-10-25T00:30:00Z");
    clock
        .give(&place, "run daily --max-tasks 1")
        .exits(10)
        .says("logical time 2026-10-25 02:30:0");
    // And half past two again, in winter time; then the clock of the machine is found to have been an hour ahead.
    for now in ["2026-10-25T01:30:00Z", "2026-10-25T00:31:00Z"] {
        clock.set(now);
        let went_on = clock.give(&place, "run daily --max-tasks 1").exits(10);
        went_on
            .says("goes on: 1 of 3 nodes")
            .says("logical time 2026-10-25 02:30:0");
    }
    clock.give(&place, "run daily").exits(0);
    assert_eq!(place.stored("2026-10-25/second.txt").as_deref(), Some("at last"));
    let nodes = place.ran();
    assert_eq!(
        nodes.iter().filter(|node| *node == "first").count(),
        1,
        "{nodes:?}"
    );
    Ok(())
}

#[test]
fn a_budget_of_time_does_not_follow_the_clock() -> Tested {
    for to in ["2026-11-23T07:00:00Z", "2026-11-23T17:00:00Z"] {
        let place = Place::new()?;
        let clock = clock!(&place, "2026-11-23T12:00:00Z");
        // Four bodies of 0.4 s, and a budget of 1 s.
        let began = Instant::now();
        let child = clock
            .command(&place, "run long --millis 400 --max-time 1s")
            .spawn()?;
        place.wait_for("a");
        clock.set(to);
        let stopped = end_of(child).exits(10);
        let took = began.elapsed();
        assert!(
            took >= Duration::from_secs(1),
            "set to {to} it stopped after {took:?}: {}",
            stopped.err
        );
        let ran = place.ran().len();
        assert!(
            (2..=3).contains(&ran),
            "set to {to}, {ran} bodies ran in {took:?}"
        );
    }
    Ok(())
}

#[test]
fn where_the_clock_was_set_back_the_newest_run_is_not_removed_as_the_oldest() -> Tested {
    let place = Place::new()?;
    let clock = clock!(&place, "2026-11-23T12:00:00Z");
    for _ in 0..3 {
        clock.give(&place, "run mixed --salt 1 --new --keep 2").exits(0);
    }
    clock.set("2026-11-23T07:00:00Z");
    clock.give(&place, "run mixed --salt 1 --new --keep 2").exits(0);
    let runs = place.give("runs").exits(0).out;
    assert!(runs.contains("20261123T0700"), "{runs}");
    assert_eq!(runs.lines().count(), 3, "{runs}");
    Ok(())
}
