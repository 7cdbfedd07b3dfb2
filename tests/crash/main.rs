//! `kill -9` at any moment: a program of twelve nodes is killed over and over, and after every death its store is
//! inspected and the next run held against it.
//!
//! `FLOW_CRASH_KILLS` says how many deaths (60 without it), `FLOW_CRASH_SEED` repeats a campaign. Half of the kills
//! come at a random time, half at the sight of a file that the store has just put in its place, which is how the
//! window between a file and its record is hit. Power loss is another matter: see the checkpoint layer's own tests.
#![cfg(unix)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod autopsy;
mod campaign;
mod expected;
mod random;
mod steps;

use std::error::Error;
use std::io::Write;
use std::str::FromStr;

use autopsy::Violation;
use campaign::{Campaign, Tally};

/// Deaths in the window between a file and its record that a campaign must have seen.
const WINDOWS: u32 = 3;

fn setting<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    setting("FLOW_CRASH_SEED", now.map_or(1, |now| now.as_secs()))
}

/// Kills the program in this mode until `enough`; at most `most` times.
fn campaign(
    mode: &'static str,
    most: u32,
    enough: impl Fn(&Tally) -> bool,
) -> Result<Result<Tally, Violation>, Box<dyn Error>> {
    let seed = seed();
    let mut campaign = Campaign::new(mode, seed)?;
    while campaign.tally.kills < most && !enough(&campaign.tally) {
        if let Err(violation) = campaign.round()? {
            say(&format!(
                "{mode}: {violation:?} after {:?}, seed {seed}",
                campaign.tally
            ));
            return Ok(Err(violation));
        }
    }
    say(&format!("{mode}: {:?}, seed {seed}", campaign.tally));
    Ok(Ok(campaign.tally))
}

/// Past the capture of the test harness: the numbers are to be seen.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "crash: {line}");
}

#[test]
fn a_killed_run_loses_nothing_recorded_and_leaves_nothing_torn() -> Result<(), Box<dyn Error>> {
    let kills = setting("FLOW_CRASH_KILLS", 60);
    let enough = |tally: &Tally| tally.kills >= kills && tally.recovered >= WINDOWS && tally.completed > 0;
    let tally =
        campaign("flow", 10 * kills.max(60), enough)?.map_err(|violation| format!("{violation:?}"))?;
    assert!(tally.kills >= kills, "{tally:?}");
    assert!(
        tally.recovered >= WINDOWS && tally.windows >= WINDOWS,
        "the window was missed: {tally:?}"
    );
    assert!(
        tally.completed > 0 && tally.kept > 0 && tally.intended > 0 && tally.leftovers > 0,
        "{tally:?}"
    );
    Ok(())
}

#[test]
fn the_same_commits_in_sequence_are_not_caught() -> Result<(), Box<dyn Error>> {
    let tally = campaign("careful", 15, |_| false)?.map_err(|violation| format!("{violation:?}"))?;
    assert_eq!(tally.kills, 15);
    Ok(())
}

#[test]
fn a_store_that_tears_files_is_caught() -> Result<(), Box<dyn Error>> {
    let caught = campaign("torn", 300, |_| false)?.err();
    assert!(matches!(caught, Some(Violation::Torn { .. })), "{caught:?}");
    Ok(())
}

#[test]
fn a_record_before_its_file_is_caught() -> Result<(), Box<dyn Error>> {
    let caught = campaign("unordered", 300, |_| false)?.err();
    assert!(
        matches!(caught, Some(Violation::RecordWithoutFile { .. })),
        "{caught:?}"
    );
    Ok(())
}
