//! Disks that are full in the middle of a run, or cannot be written at all. They are file systems in memory of their own,
//! which only the superuser can make: without that the tests say so and do nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::{Place, Tested, skip};

/// A file system in memory at the place of the store.
struct Disk {
    at: PathBuf,
}

impl Disk {
    /// `None` where none can be made.
    fn mount(place: &Place, options: &str) -> Option<Self> {
        let at = place.root();
        fs::create_dir_all(&at).expect("a directory");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&at)
            .output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self { at });
        }
        skip("only the superuser can mount a disk");
        None
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.at)
            .status();
        assert!(done.expect("`mount` runs").success());
    }

    /// Leaves so much room: the rest is taken.
    fn leave(&self, bytes: u64) {
        let ballast = self.at.join(BALLAST);
        let _ = fs::remove_file(&ballast);
        fs::write(
            &ballast,
            vec![0; usize::try_from(SIZE - bytes).expect("a small disk")],
        )
        .expect("it fits");
    }

    fn make_room(&self) {
        let _ = fs::remove_file(self.at.join(BALLAST));
    }

    fn clear(&self) {
        for entry in fs::read_dir(&self.at).expect("it is there").flatten() {
            let path = entry.path();
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.expect("it can be removed");
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

const SIZE: u64 = 1 << 20;

const PAGE: u64 = 4096;

const BALLAST: &str = "ballast";

fn recorded(place: &Place) -> BTreeSet<String> {
    let Ok(state) = place.recorded() else {
        return BTreeSet::new();
    };
    let successes = state.nodes().filter(|node| node.state().kind.has_value());
    successes.map(|node| node.slug().to_owned()).collect()
}

#[test]
fn a_run_whose_disk_was_full_goes_on_when_there_is_room() -> Tested {
    let place = Place::new()?;
    let Some(disk) = Disk::mount(&place, &format!("size={SIZE}")) else {
        return Ok(());
    };
    let (mut full, mut unrecorded, mut given_up) = (0, 0, 0);
    for pages in 0.. {
        disk.clear();
        place.forget();
        disk.leave(pages * PAGE);
        let disturbed = place.give("run mixed --salt 7 -j 1");
        if disturbed.code == 0 {
            break;
        }
        full += 1;
        assert!(disturbed.code == 1 || disturbed.code == 2, "{disturbed:?}");
        let said = disturbed.err.to_lowercase();
        assert!(said.contains("space"), "why? {}", disturbed.err);
        assert!(said.contains("to go on: "), "and now? {}", disturbed.err);
        let recorded = recorded(&place);
        place.forget();
        disk.make_room();
        let resumed = place.give("resume");
        if resumed.code == 2 && resumed.err.contains("the store has no recorded run") {
            unrecorded += 1;
            place.give("run mixed --salt 7").exits(0);
        } else {
            resumed.exits(0);
        }
        given_up += usize::from(said.contains("cannot be recorded any more"));
        let ran: BTreeSet<String> = place.ran().into_iter().filter(|node| node != "passing").collect();
        let again: Vec<&String> = ran.intersection(&recorded).collect();
        assert!(
            again.is_empty(),
            "{again:?} were recorded, and ran again with {pages} pages"
        );
        assert!(place.recorded()?.is_finished());
    }
    println!(
        "full: {full} runs, of which {unrecorded} had no journal and {given_up} could not go on with theirs"
    );
    assert!(full > 20, "{full}");
    Ok(())
}

#[test]
fn so_do_slices() -> Tested {
    let place = Place::new()?;
    let Some(disk) = Disk::mount(&place, &format!("size={SIZE}")) else {
        return Ok(());
    };
    let message = place.path().join("message");
    for pages in 0.. {
        disk.clear();
        place.forget();
        fs::write(
            &message,
            place.give("slice mixed --salt 7 --max-tasks 2").exits(10).out,
        )?;
        let used = used(&disk.at);
        disk.leave(pages * PAGE + used);
        let disturbed = place.give("slice --state-in message -j 1");
        let was_full = disturbed.code != 0;
        if was_full {
            assert!(
                disturbed.err.to_lowercase().contains("space"),
                "why? {}",
                disturbed.err
            );
        }
        let recorded = recorded(&place);
        place.forget();
        disk.make_room();
        // A node may have failed for want of room: what has ended is resumed.
        let again = place.give("slice --state-in message");
        if again.code != 0 {
            again.exits(1);
            place.give("resume").exits(0);
        }
        let ran: BTreeSet<String> = place.ran().into_iter().filter(|node| node != "passing").collect();
        assert!(
            ran.is_disjoint(&recorded),
            "{ran:?} ran, and {recorded:?} were recorded, with {pages} pages"
        );
        if !was_full {
            break;
        }
    }
    Ok(())
}

/// How much of a disk is used.
fn used(at: &Path) -> u64 {
    let said = Command::new("df")
        .args(["--output=used", "-B1"])
        .arg(at)
        .output()
        .expect("`df` runs");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    said.lines()
        .nth(1)
        .and_then(|line| line.trim().parse().ok())
        .expect("a number")
}

#[test]
fn from_a_store_that_cannot_be_written_everything_can_be_had() -> Tested {
    let place = Place::new()?;
    let Some(disk) = Disk::mount(&place, &format!("size={SIZE}")) else {
        return Ok(());
    };
    place.give("run daily --date 2026-11-23").exits(0);
    place.give("run chain --max-tasks 2").exits(10);
    place.forget();
    disk.remount("ro");
    // What is there is found; what has no target runs, and is not recorded.
    let found = place
        .give("run daily --date 2026-11-23")
        .exits(0)
        .says("note: this run is not recorded");
    found
        .says("Read-only file system")
        .says("Cached first")
        .says("Cached second");
    assert_eq!(place.ran(), ["waited", "waited"]);
    place.forget();
    // What has to be written says so.
    let refused = place.give("run daily --date 2026-11-24").exits(1);
    refused
        .says("Failed first")
        .says("the store is not writable")
        .says("2026-11-24");
    let recorded = [
        "resume",
        "run chain",
        "slice chain",
        "run daily --date 2026-11-23 --durability full",
    ];
    for words in recorded {
        place
            .give(words)
            .exits(2)
            .says("Read-only file system")
            .says("to go on: ");
    }
    place.give("runs").exits(0).writes("Pending");
    place.give("status").exits(0).writes("4 Pending, 2 Success");
    place.give("gc").exits(0).says("nothing is left over");
    place
        .give("runs prune --keep 0 --dry-run")
        .exits(0)
        .writes("Success")
        .writes("would be removed");
    for words in ["gc --delete", "runs prune --keep 0"] {
        place.give(words).exits(2).says("Read-only file system");
    }
    place.forget();
    disk.remount("rw");
    place.give("resume").exits(0);
    assert_eq!(place.ran(), ["c", "d", "e", "f"]);
    Ok(())
}

#[test]
fn a_process_that_has_no_room_has_not_died() -> Tested {
    let place = Place::new()?;
    let Some(disk) = Disk::mount(&place, &format!("size={SIZE}")) else {
        return Ok(());
    };
    // More often than a node may die.
    for _ in 0..4 {
        let ended = place
            .give("run filling")
            .exits(1)
            .says("cannot be recorded any more");
        assert!(!ended.err.contains("died"), "{}", ended.err);
        assert!(!ended.err.contains("Success in"), "{}", ended.err);
    }
    disk.remount("size=16m");
    place.give("run filling").exits(0);
    Ok(())
}
