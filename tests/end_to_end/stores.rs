//! Stores that cannot be written, are full, are links, or are no directory.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use flow_runtime::StateType::{Cached, Failed, Success, TriggerFailed};
use flow_runtime::{Runner, StartError, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task(target = "<node>.txt")]
fn one() -> u32 {
    1
}

#[task(target = "deep/er/<node>.txt")]
fn double(x: u32) -> u32 {
    2 * x
}

flow! { fn chain() -> u32 { a = one(); b = double(a); b } }

/// Says that a test did not run; not by `eprintln!`, which is captured.
fn skipped(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped {test}: {why}");
}

/// Whether this process may write where the permissions say that nobody may: as root it may.
fn is_above_permissions(place: &Place) -> std::io::Result<bool> {
    let locked = place.around().join("locked");
    fs::create_dir(&locked)?;
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555))?;
    Ok(fs::write(locked.join("x"), "").is_ok())
}

#[test]
fn a_store_without_a_path_is_refused_before_anything_runs() {
    let error = Runner::new().store("").run_to_end(chain()).err();
    assert!(matches!(error, Some(StartError::NoStore { .. })), "{error:?}");
}

#[test]
fn a_read_only_store_is_an_error_naming_the_file_and_what_to_do() -> Tested {
    let place = Place::new()?;
    if is_above_permissions(&place)? {
        skipped("a_read_only_store", "permissions do not bind this user");
        return Ok(());
    }
    fs::create_dir(place.root())?;
    fs::set_permissions(place.root(), fs::Permissions::from_mode(0o555))?;
    let run = place.runner().run_to_end(chain())?;
    fs::set_permissions(place.root(), fs::Permissions::from_mode(0o755))?;
    assert_eq!(kinds(&run), [Failed, TriggerFailed]);
    assert_holds(
        &run.report().unwrap_or_default(),
        &["a.txt", "not writable", "--store"],
    );
    Ok(())
}

#[test]
fn a_store_path_that_is_a_file_is_an_error_that_names_it() -> Tested {
    let place = Place::new()?;
    fs::write(place.root(), "not a directory")?;
    let run = place.runner().run_to_end(chain())?;
    assert_eq!(kinds(&run), [Failed, TriggerFailed]);
    assert_holds(
        &run.report().unwrap_or_default(),
        &[&place.root().display().to_string(), "not a directory"],
    );
    assert_eq!(fs::read_to_string(place.root())?, "not a directory");
    Ok(())
}

#[test]
fn a_store_that_is_a_link_to_a_directory_is_that_directory() -> Tested {
    let place = Place::new()?;
    let real = place.around().join("real");
    fs::create_dir(&real)?;
    symlink(&real, place.root())?;
    assert_eq!(*place.runner().run(chain())?.output(), 2);
    assert_eq!(fs::read_to_string(real.join("deep/er/b.txt"))?, "2");
    assert_eq!(kinds(&Runner::new().store(&real).run(chain())?), [Cached, Cached]);
    Ok(())
}

#[test]
fn a_store_that_is_a_dangling_link_is_an_error() -> Tested {
    let place = Place::new()?;
    symlink(place.around().join("nowhere"), place.root())?;
    let run = place.runner().run_to_end(chain())?;
    // Either it makes the directory that the link names, or it says what is wrong.
    if kinds(&run) == [Success, Success] {
        assert_eq!(fs::read_to_string(place.around().join("nowhere/a.txt"))?, "1");
    } else {
        assert_holds(
            &run.report().unwrap_or_default(),
            &[&place.root().display().to_string()],
        );
    }
    Ok(())
}

#[test]
fn a_link_out_of_the_store_is_refused() -> Tested {
    let place = Place::new()?;
    let outside = place.around().join("outside");
    fs::create_dir(&outside)?;
    fs::create_dir(place.root())?;
    symlink(&outside, place.root().join("deep"))?;
    let run = place.runner().run_to_end(chain())?;
    assert_eq!(kinds(&run), [Success, Failed]);
    assert_says(
        &run,
        chain::b,
        Failed,
        &["store/deep", "link", "out of the store"],
    );
    assert_eq!(fs::read_dir(&outside)?.count(), 0);
    Ok(())
}

#[test]
fn a_file_in_the_place_of_a_directory_is_an_error_that_names_it() -> Tested {
    let place = Place::new()?;
    place.write("deep", "in the way")?;
    let run = place.runner().run_to_end(chain())?;
    assert_eq!(kinds(&run), [Success, Failed]);
    assert_says(&run, chain::b, Failed, &["deep", "not a directory"]);
    assert_eq!(place.read("deep")?, "in the way");
    Ok(())
}

#[test]
fn leftovers_of_killed_processes_are_never_read() -> Tested {
    let place = Place::new()?;
    for name in ["a.txt", "1-0-a", "a.txt.tmp"] {
        place.write(&format!(".flow/tmp/{name}"), "999\n")?;
    }
    assert_eq!(*place.runner().run(chain())?.output(), 2);
    Ok(())
}

#[test]
fn a_store_with_a_strange_name_is_a_store() -> Tested {
    let place = Place::new()?;
    for name in [" ", "ünï códe", "-rf", "a\nb", "*", "…/deep/er"] {
        let root = place.around().join(name);
        assert_eq!(*Runner::new().store(&root).run(chain())?.output(), 2, "{name:?}");
        assert!(root.join("a.txt").exists(), "{name:?}");
    }
    Ok(())
}

/// A file system of its own, unmounted when dropped.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    /// `None`, with a line that says so, where mounting is not allowed.
    fn new(at: &'a Path, options: &str) -> std::io::Result<Option<Self>> {
        fs::create_dir_all(at)?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Ok(Some(Self(at)));
        }
        skipped(
            at.to_string_lossy().as_ref(),
            "this user may not mount a file system",
        );
        Ok(None)
    }

    fn remount(&self, options: &str) -> bool {
        let mount = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(self.0)
            .status();
        mount.is_ok_and(|status| status.success())
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_is_an_error_and_leaves_nothing_torn() -> Tested {
    #[task(target = "big.bin")]
    fn big(size: usize) -> Vec<u8> {
        vec![7; size]
    }

    #[task(target = "length.txt")]
    fn length(of: &[u8]) -> usize {
        of.len()
    }

    flow! { fn filling(size: usize) -> usize { s = one(); b = big(size); n = length(b); n } }

    let place = Place::new()?;
    let Some(_mount) = Mount::new(place.root(), "size=1m")? else {
        return Ok(());
    };
    let run = place.runner().jobs(1).run_to_end(filling(4_000_000))?;
    assert_eq!(kinds(&run), [Success, Failed, TriggerFailed]);
    assert_says(&run, filling::b, Failed, &["big.bin", "no space left"]);
    assert_holds(&run.report().unwrap_or_default(), &["free some space"]);
    assert_eq!(place.files()?, ["s.txt"]);
    assert_eq!(place.unfinished()?, Vec::<String>::new());
    // With room for it, the run comes to its end.
    let run = place.runner().run(filling(100_000))?;
    assert_eq!(kinds(&run), [Cached, Success, Success]);
    Ok(())
}

#[test]
fn a_full_disk_keeps_the_old_target_with_its_record() -> Tested {
    #[task(target = "big.bin")]
    fn big(size: usize) -> Vec<u8> {
        vec![7; size]
    }

    flow! { fn filling(size: usize) { b = big(size); } }

    let place = Place::new()?;
    let Some(_mount) = Mount::new(place.root(), "size=1m")? else {
        return Ok(());
    };
    place.runner().run(filling(1000))?;
    let run = place.runner().run_to_end(filling(4_000_000))?;
    assert_says(&run, filling::b, Failed, &["no space left"]);
    assert_eq!(fs::read(place.root().join("big.bin"))?.len(), 1000);
    let run = place.runner().run(filling(1000))?;
    assert_says(&run, filling::b, Cached, &["unchanged since run"]);
    Ok(())
}

#[test]
fn a_read_only_file_system_gives_what_it_has_and_says_what_it_cannot_take() -> Tested {
    let place = Place::new()?;
    let Some(mount) = Mount::new(place.root(), "size=1m")? else {
        return Ok(());
    };
    place.runner().run(chain())?;
    assert!(mount.remount("ro"), "the file system cannot be made read-only");
    let run = place.runner().run(chain())?;
    assert_eq!(kinds(&run), [Cached, Cached]);
    let run = place.runner().force_nodes(["b"]).run_to_end(chain())?;
    assert_eq!(kinds(&run), [Cached, Failed]);
    assert_says(&run, chain::b, Failed, &["deep.d/er.d/b.txt", "not writable"]);
    Ok(())
}
