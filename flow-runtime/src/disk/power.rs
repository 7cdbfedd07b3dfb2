//! The loss of power at every moment of a run: with `Durability::Full` nothing is lost that anybody was told is safe, and no
//! value is read that was never whole.
//!
//! What is not promised must be lost here at times, or the test sees nothing: so with `Durability::Process`, and on disks that
//! forget what they were to keep.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use tempfile::TempDir;

use super::Written;
use super::images::{Disk, Keeps};
use super::scene::{Manner, Scene, Went, safe};
use super::watch::{Event, Watch};
use crate::disk;
use crate::journal::{Opened, Record};
use crate::runs::Runs;
use crate::runs::tests::{begin, ended, finished, pending, started};
use crate::{Digest, Durability};

/// How much is tried; `FLOW_DISASTERS` multiplies it.
pub(super) fn effort() -> usize {
    let set = std::env::var("FLOW_DISASTERS")
        .ok()
        .and_then(|text| text.parse().ok());
    set.unwrap_or(1)
}

/// A directory in memory, where the system has one: thousands are made and removed.
pub(super) fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
    made.expect("a temporary directory")
}

/// Random numbers from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((value ^ (value >> 31)) % bound as u64).expect("a small number")
    }
}

/// What a campaign has seen.
#[derive(Debug, Default)]
struct Tally {
    moments: usize,
    images: usize,
    /// Runs that went on after a loss.
    runs: usize,
}

/// A run that is watched; what has changed the disk meanwhile.
fn watched(root: &Path, durability: Durability, manner: Manner) -> Vec<Event> {
    let watch = Watch::over(root, None);
    let scene = Scene {
        root,
        durability,
        watch: Some(watch.clone()),
    };
    let went = if root.join("results").exists() {
        scene.go_on(manner)
    } else {
        scene.run(manner)
    };
    assert_eq!(went.ended, Ok(()), "an undisturbed run");
    watch.events()
}

/// Loses power after each of the events, but for the first `sure` ones.
fn lose_power(
    events: &[Event],
    first: usize,
    manner: Manner,
    keeps: Keeps,
    most: usize,
) -> Result<Tally, String> {
    let mut random = Random(events.len() as u64);
    let mut known: HashMap<Digest, (Went, Result<(), String>)> = HashMap::new();
    let mut tally = Tally::default();
    for moment in first..=events.len() {
        tally.moments += 1;
        let past = &events[..moment];
        let told: Vec<&'static str> = past
            .iter()
            .filter_map(|event| match event {
                Event::Told(what) => Some(*what),
                _ => None,
            })
            .collect();
        let safe = safe(manner, &told);
        for image in Disk::after(past, keeps).images(most, &mut |bound| random.below(bound)) {
            tally.images += 1;
            let (went, whole) = known.entry(image.digest()).or_insert_with(|| {
                tally.runs += 1;
                let root = directory();
                image.write(root.path()).expect("it can be written");
                let scene = Scene {
                    root: root.path(),
                    durability: Durability::Process,
                    watch: None,
                };
                let went = scene.go_on(manner);
                let whole = scene.check(&went, &BTreeSet::new());
                (went, whole)
            });
            let lost = safe
                .iter()
                .find(|node| **node != "e" && went.told.ran.contains(*node));
            let found = match lost {
                Some(node) => Err(format!("`{node}` was safe, and its body ran again")),
                None => whole.clone(),
            };
            found.map_err(|what| format!("after {:?}: {what}\n{image:?}", past.last()))?;
        }
    }
    Ok(tally)
}

fn short(error: &str) -> String {
    error.chars().take(3000).collect()
}

#[test]
fn full_survives_the_loss_of_power_at_every_moment() {
    for manner in [Manner::Whole, Manner::Slices] {
        let root = directory();
        let events = watched(root.path(), Durability::Full, manner);
        let tally = lose_power(&events, 0, manner, Keeps::Everything, 8 * effort());
        let tally = tally.unwrap_or_else(|error| panic!("{manner:?}: {}", short(&error)));
        println!("power: {manner:?}: {tally:?}");
        assert!(tally.moments > 100 && tally.runs > 100, "{tally:?}");
    }
}

#[test]
fn process_does_not() {
    for manner in [Manner::Whole, Manner::Slices] {
        let root = directory();
        let events = watched(root.path(), Durability::Process, manner);
        let lost = lose_power(&events, 0, manner, Keeps::Everything, 16);
        assert!(lost.is_err(), "{manner:?}: nothing was lost: {lost:?}");
    }
}

#[test]
fn on_a_disk_that_forgets_names_or_bytes_nothing_helps() {
    for manner in [Manner::Whole, Manner::Slices] {
        let root = directory();
        let events = watched(root.path(), Durability::Full, manner);
        for keeps in [Keeps::NoNames, Keeps::NoBytes] {
            let lost = lose_power(&events, 0, manner, keeps, 16);
            assert!(lost.is_err(), "{manner:?}, {keeps:?}: nothing was lost: {lost:?}");
        }
    }
}

/// A process dies right after something got its name, or with more effort anywhere; another goes on with `Full`, and then
/// power is lost.
fn die_then_lose_power(before: Durability, manner: Manner) -> Result<Tally, String> {
    let root = directory();
    let events = watched(root.path(), before, manner);
    let named = |death: &usize| matches!(events[*death - 1], Event::Rename(..));
    let mut deaths: Vec<usize> = (1..events.len())
        .filter(named)
        .step_by(4usize.div_ceil(effort()))
        .collect();
    deaths.extend((1..events.len()).step_by(40usize.div_ceil(effort())));
    let mut all = Tally::default();
    for death in deaths {
        let second = directory();
        let mut past = events[..death].to_vec();
        // What the first process was told is safe, the second one has to find out for itself.
        past.retain(|event| !matches!(event, Event::Told(_)));
        let found = Disk::after(&past, Keeps::Everything).as_it_is();
        found.write(second.path()).expect("it can be written");
        let mut first = past.len();
        past.extend(watched(second.path(), Durability::Full, manner));
        if before == Durability::Process {
            // Before the second process has made sure of what it found, nobody was promised anything.
            let sure = past[first..].iter().position(|event| *event == Event::SyncAll);
            first += sure.expect("it makes sure of what it finds") + 1;
        }
        let tally = lose_power(&past, first, manner, Keeps::Everything, 3 * effort())
            .map_err(|error| format!("a death after {:?}: {error}", events[..death].last()))?;
        all.moments += tally.moments;
        all.images += tally.images;
        all.runs += tally.runs;
    }
    Ok(all)
}

#[test]
fn what_a_dead_process_left_is_made_safe_before_anybody_is_told_that_it_is() {
    let all = [Durability::Full, Durability::Process]
        .into_iter()
        .flat_map(|before| [(before, Manner::Whole), (before, Manner::Slices)]);
    let few = if effort() == 1 { 3 } else { 1 };
    for (before, manner) in all.step_by(few) {
        let tally = die_then_lose_power(before, manner);
        let tally = tally.unwrap_or_else(|error| panic!("{before:?}, {manner:?}: {}", short(&error)));
        println!("power: {before:?}, then Full, {manner:?}: {tally:?}");
    }
}

#[test]
fn a_journal_that_is_written_anew_is_there_in_one_form_or_the_other() {
    let root = directory();
    let runs = Runs::new(&root.path().join("results"));
    let (journalled, _) = runs.drive("r1", true).unwrap();
    begin(&journalled.log, "r1", 2);
    for slice in 1..300_u32 {
        journalled.log.append(&Record::Opened(Opened { slice }));
        journalled.log.append(&ended(0, &vec![9; 4000]));
    }
    journalled.log.append(&ended(1, b"one"));
    drop(journalled);
    let before = runs.read("r1").unwrap();
    let lost = |keeps| {
        let copy = directory();
        let image = |from: &Path| {
            let watch = Watch::over(copy.path(), None);
            for directory in [
                "results",
                "results/.flow",
                "results/.flow/runs",
                "results/.flow/runs/r1",
            ] {
                disk::make_directory(&copy.path().join(directory)).unwrap();
            }
            let journal = Path::new("results/.flow/runs/r1/journal");
            let written = Written::create(copy.path().join(journal)).unwrap();
            written
                .write_all(&std::fs::read(from.join(journal)).unwrap())
                .unwrap();
            watch
        };
        let watch = image(root.path());
        let first = watch.events().len();
        drop(Runs::new(&copy.path().join("results")).drive("r1", true).unwrap());
        let events = watch.events();
        assert!(
            events.iter().any(|event| matches!(event, Event::Rename(..))),
            "{events:?}"
        );
        let sure = events.iter().position(|event| *event == Event::SyncAll).unwrap() + 1;
        assert!(first < sure);
        let mut random = Random(1);
        (sure..=events.len()).any(|moment| {
            let disk = Disk::after(&events[..moment], keeps);
            let images = disk.images(64, &mut |bound| random.below(bound));
            images.into_iter().any(|image| {
                let found = directory();
                image.write(found.path()).unwrap();
                let after = Runs::new(&found.path().join("results")).read("r1");
                after.map_or(true, |after| {
                    after.state != before.state || after.told != before.told
                })
            })
        })
    };
    assert!(!lost(Keeps::Everything));
    assert!(
        lost(Keeps::NoBytes) && lost(Keeps::NoNames),
        "the test sees nothing"
    );
}

#[test]
fn a_run_that_had_ended_and_goes_on_has_not_ended_after_any_loss() {
    let files = Path::new("results/.flow/runs/r1");
    let root = directory();
    let (first, _) = Runs::new(&root.path().join("results")).drive("r1", true).unwrap();
    begin(&first.log, "r1", 2);
    for node in 0..2 {
        first.log.append(&ended(node, b"one"));
    }
    first.log.sync().unwrap();
    first.directory.as_ref().unwrap().end(&finished()).unwrap();
    drop(first);
    let copy = directory();
    let watch = Watch::over(copy.path(), None);
    for directory in files.ancestors().collect::<Vec<_>>().iter().rev().skip(1) {
        disk::make_directory(&copy.path().join(directory)).unwrap();
    }
    for file in ["journal", "ended"] {
        let written = Written::create(copy.path().join(files).join(file)).unwrap();
        let bytes = std::fs::read(root.path().join(files).join(file)).unwrap();
        written.write_all(&bytes).unwrap();
    }
    let (second, _) = Runs::new(&copy.path().join("results")).drive("r1", true).unwrap();
    second.log.append(&Record::Opened(Opened { slice: 2 }));
    second.log.append(&pending(1));
    second.log.flush().unwrap();
    second.has_begun().unwrap();
    second.log.append(&started(1, 1));
    second.log.sync().unwrap();
    drop(second);
    let events = watch.events();
    let sure = events.iter().position(|event| *event == Event::SyncAll).unwrap() + 1;
    let begun = events
        .iter()
        .rposition(|event| matches!(event, Event::SyncNames(..)))
        .unwrap()
        + 1;
    assert!(begun > sure, "the disk was told that it is gone");
    let mut random = Random(1);
    let (mut outdated, mut has_gone_on) = (false, false);
    for moment in sure..=events.len() {
        let disk = Disk::after(&events[..moment], Keeps::Everything);
        for image in disk.images(64, &mut |bound| random.below(bound)) {
            let found = directory();
            image.write(found.path()).unwrap();
            let runs = Runs::new(&found.path().join("results"));
            let is_over = runs.read("r1").unwrap().state.is_finished();
            let has_ended = runs.list().unwrap()[0].ended.is_some();
            let file = found.path().join(files).join("ended").exists();
            assert!(is_over || !has_ended, "{image:?}");
            assert_eq!(
                runs.prune(None, 0, true).unwrap().len(),
                usize::from(is_over),
                "{image:?}"
            );
            assert!(moment < begun || !file, "{image:?}");
            outdated |= file && !is_over;
            has_gone_on |= !is_over;
        }
    }
    assert!(outdated && has_gone_on, "the test sees nothing");
}
