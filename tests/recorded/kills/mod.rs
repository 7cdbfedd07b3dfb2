//! `kill -9` at any moment of a recorded run, which is then continued: nothing recorded is lost or runs again, nothing torn
//! is read, and one process at a time drives it.
//!
//! `FLOW_RUN_KILLS` says how many deaths (60 without it), `FLOW_RUN_SEED` repeats a campaign. Kills come at a random time, or
//! at the sight of another record or body. Power loss is another matter: see the runtime's own tests of its disk.

mod campaign;
mod current;
mod expected;
mod random;
mod tally;
mod witnesses;

use std::error::Error;
use std::io::Write;
use std::str::FromStr;
use std::thread;

use campaign::Campaign;
use tally::{Manner, Tally};
use witnesses::Violation;

fn setting<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    setting("FLOW_RUN_SEED", now.map_or(1, |now| now.as_secs()))
}

/// Past the capture of the test harness: the numbers are to be seen.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "kills: {line}");
}

/// Kills until there were so many; at most `most` rounds.
fn campaign(
    manner: Manner,
    seed: u64,
    kills: u32,
    most: u32,
) -> Result<Result<Tally, Violation>, Box<dyn Error>> {
    let mut campaign = Campaign::new(manner, seed)?;
    for _ in 0..most {
        if campaign.tally.kills >= kills && campaign.tally.completed > 0 {
            break;
        }
        if let Err(violation) = campaign.round()? {
            say(&format!(
                "{manner:?}: {violation:?} after {:?}, seed {seed}",
                campaign.tally
            ));
            return Ok(Err(violation));
        }
    }
    say(&format!("{manner:?}: {:?}, seed {seed}", campaign.tally));
    Ok(Ok(campaign.tally))
}

#[test]
fn a_killed_run_goes_on_and_loses_nothing_recorded() {
    let kills = setting("FLOW_RUN_KILLS", 60_u32);
    let manners = [Manner::Run, Manner::Resume, Manner::Slice, Manner::Elsewhere];
    let share = kills.div_ceil(4);
    let seed = seed();
    let campaigns = manners.map(|manner| {
        thread::spawn(move || {
            let ended = campaign(manner, seed, share, share * 20).map_err(|error| error.to_string());
            ended.and_then(|ended| ended.map_err(|violation| format!("{manner:?}: {violation:?}")))
        })
    });
    let mut all = Tally::default();
    for campaign in campaigns {
        let tally = campaign.join().expect("it does not panic");
        all.add(tally.unwrap_or_else(|error| panic!("{error}")));
    }
    say(&format!("all: {all:?}"));
    assert!(all.kills >= kills && all.completed > 0 && all.kept > 0, "{all:?}");
    if kills >= 2000 {
        assert!(all.completed >= 200, "{all:?}");
        assert!(
            all.turned_away > 20 && all.failed > 0 && all.repeated > 50,
            "{all:?}"
        );
    }
}

#[test]
fn a_record_before_its_file_is_caught() -> Result<(), Box<dyn Error>> {
    let caught = campaign(Manner::Early, seed(), u32::MAX, 600)?.err();
    assert!(
        matches!(
            caught,
            Some(Violation::TornTarget { .. } | Violation::RanAgain { .. } | Violation::Lost { .. })
        ),
        "{caught:?}"
    );
    Ok(())
}

#[test]
fn a_run_without_its_lock_is_caught() -> Result<(), Box<dyn Error>> {
    let caught = campaign(Manner::Lockless, seed(), u32::MAX, 600)?.err();
    assert!(
        caught.is_some(),
        "two processes drove one run, and nobody has seen it"
    );
    Ok(())
}
