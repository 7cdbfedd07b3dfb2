//! Where such a file comes to lie, and how it is found again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Paused, Success};
use flow_runtime::store::{Blocking, BlockingStore as _, MemoryStore};
use flow_runtime::{BoxError, Context, Digest, Durability, OutputFile, Run, Runner, flow, task};

use super::{length, unfinished, written};
use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[cfg(unix)]
#[test]
fn a_file_is_kept_by_its_name_alone() -> Tested {
    use std::os::unix::fs::MetadataExt as _;

    static MADE: Mutex<Option<(PathBuf, u64)>> = Mutex::new(None);

    #[task(target = "<day>/<task_name>.tar.zst")]
    fn dump(cx: &Context, day: u32) -> io::Result<OutputFile> {
        let file = cx.output()?;
        assert!(!file.path().exists());
        fs::write(file.path(), format!("day {day}"))?;
        // As a program may leave it.
        fs::write(file.path().with_extension("log"), "beside")?;
        let inode = fs::metadata(&file)?.ino();
        *MADE.lock().unwrap() = Some((file.path().to_owned(), inode));
        Ok(file)
    }

    #[task]
    fn place_of(dump: &OutputFile) -> PathBuf {
        dump.path().to_owned()
    }

    flow! { fn backup(day: u32) -> u64 { d = dump(day); p = place_of(d); l = length(d, upstream: [p]); l } }

    let place = Place::new()?;
    let run = place.runner().run(backup(7))?;
    let target = place.root().join("7/dump.tar.zst");
    let (made, inode) = MADE.lock().unwrap().clone().unwrap();
    assert!(made.starts_with(place.root().join(".flow/tmp")), "{made:?}");
    assert!(made.ends_with("dump.tar.zst"), "{made:?}");
    assert!(!made.exists() && unfinished(&place).len() == 2);
    assert_eq!(fs::metadata(&target)?.ino(), inode, "it was copied");
    assert_eq!(place.read("7/dump.tar.zst")?, "day 7");
    assert_eq!(run.result(backup::d)?.path(), target);
    assert_eq!(run.result(backup::p)?, &target);
    assert_eq!(*run.output(), 5);
    let debug = format!("{:?}", run.result(backup::d)?);
    assert_eq!(debug, format!("OutputFile({target:?})"));
    drop(run);
    assert_eq!(unfinished(&place), Vec::<PathBuf>::new());

    let record = place.read(".flow/records/7.d/dump.tar.zst.json")?;
    let digest = Digest::of(b"day 7").to_string();
    assert_holds(
        &record,
        &[&digest, "\"size\": 5", "\"flow_runtime::OutputFile\"", "\"file\""],
    );

    let run = place.runner().run(backup(7))?;
    assert_eq!(kinds(&run), [Cached, Success, Success]);
    assert_eq!(run.result(backup::d)?.path(), target);
    Ok(())
}

#[test]
fn a_file_is_reused_as_other_targets_are() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "dump.sql")]
    fn dump(cx: &Context, table: &str) -> io::Result<OutputFile> {
        BODIES.fetch_add(1, SeqCst);
        written(cx, table)
    }

    #[task(target = "length.txt")]
    fn told(dump: &OutputFile) -> io::Result<u64> {
        Ok(fs::metadata(dump.path())?.len())
    }

    flow! { fn backup(table: String) -> u64 { d = dump(table); l = told(d); l } }

    let place = Place::new()?;
    let run = |table: &str| -> Tested<Run<backup>> { Ok(place.runner().run(backup(table.to_owned()))?) };
    assert_eq!(kinds(&run("users")?), [Success, Success]);
    assert_eq!(kinds(&run("users")?), [Cached, Cached]);
    // Another argument makes it again, and says which.
    let again = run("orders")?;
    assert_eq!(kinds(&again), [Success, Success]);
    assert_says(&again, backup::d, Success, &["made again: ", "table"]);
    assert_eq!(place.read("dump.sql")?, "orders");
    // A file of another hand counts, and what was made of the other one is made again.
    place.write("dump.sql", "by hand")?;
    let by_hand = run("orders")?;
    assert_eq!(kinds(&by_hand), [Cached, Success]);
    assert_says(&by_hand, backup::d, Cached, &["by hand"]);
    assert_eq!(*by_hand.output(), 7);
    assert_eq!(kinds(&run("orders")?), [Cached, Cached]);
    // One without a record as well.
    fs::remove_dir_all(place.root().join(".flow/records"))?;
    assert_eq!(kinds(&run("orders")?), [Cached, Cached]);
    assert_eq!(BODIES.load(SeqCst), 2);
    let forced = place.runner().force().run(backup("orders".to_owned()))?;
    assert_eq!(kinds(&forced), [Success, Success]);
    assert_eq!(place.read("dump.sql")?, "orders");
    Ok(())
}

#[test]
fn a_node_has_its_file_lie_elsewhere_with_any_extension() -> Tested {
    #[task(target = "<day>.json")]
    fn dump(cx: &Context, day: u32) -> io::Result<OutputFile> {
        let file = cx.output()?;
        fs::write(&file, file.path().file_name().unwrap().as_encoded_bytes())?;
        assert_eq!(day, 3);
        Ok(file)
    }

    #[task]
    fn three() -> u32 {
        3
    }

    let f = flow! {
        n = three();
        a = dump(3);
        #[node(target = "<node>/<day>.parquet")]
        b = dump(n);
        #[node(target = "plain")]
        c = dump(n);
        #[node(target = "c.json.gz")]
        d = dump(n);
    };
    let place = Place::new()?;
    place.runner().run(f)?;
    let files = ["3.json", "b/3.parquet", "c.json.gz", "plain"];
    assert_eq!(place.files()?, files);
    // The path of a target is known to its body, also where only the arguments tell it.
    for file in files {
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        assert_eq!(place.read(file)?, name);
    }
    assert_eq!(kinds(&place.runner().run(f)?)[1..], [Cached; 4]);
    Ok(())
}

#[test]
fn a_store_that_lies_elsewhere_takes_the_bytes_and_gives_them_back() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "dump.sql.gz")]
    fn dump(cx: &Context) -> io::Result<OutputFile> {
        BODIES.fetch_add(1, SeqCst);
        written(cx, "far away")
    }

    #[task]
    fn text(dump: &OutputFile) -> io::Result<String> {
        assert!(dump.path().ends_with("dump.sql.gz"));
        fs::read_to_string(dump)
    }

    let f = flow! { d = dump(); t = text(d); t };
    let memory = MemoryStore::new();
    let runner = Runner::new().store_in(Blocking::new(memory.clone()));
    for kind in [Success, Cached, Cached] {
        let run = runner.run(f)?;
        assert_eq!((kinds(&run)[0], run.output().as_str()), (kind, "far away"));
        let there = run.result(f.d())?.path().to_owned();
        assert_eq!(fs::read_to_string(&there)?, "far away");
        drop(run);
        assert!(!there.exists());
    }
    assert_eq!(BODIES.load(SeqCst), 1);
    let path = "dump.sql.gz".parse()?;
    assert_eq!(memory.get(&path)?.as_deref(), Some(&b"far away"[..]));
    memory.put(&path, b"by hand")?;
    assert_eq!(runner.run(f)?.output(), "by hand");
    Ok(())
}

#[task]
fn spilled(cx: &Context) -> io::Result<OutputFile> {
    SPILLED.fetch_add(1, SeqCst);
    written(cx, "without a target")
}

static SPILLED: AtomicUsize = AtomicUsize::new(0);

#[task]
fn impatient(file: &OutputFile, cx: &Context) -> Result<String, BoxError> {
    match cx.attempt() {
        1 => Err(cx.pause("look at it first").into()),
        _ => Ok(fs::read_to_string(file.path())?),
    }
}

flow! { fn patient() -> String { s = spilled(); i = impatient(s); i } }

#[test]
fn a_file_without_a_target_stays_with_its_run() -> Tested {
    let place = Place::new()?;
    let run = place.runner().run_to_end(patient())?;
    assert_eq!(kinds(&run), [Success, Paused]);
    let (id, file) = (run.id().to_string(), run.result(patient::s)?.path().to_owned());
    assert!(
        file.starts_with(place.root().join(".flow/runs").join(&id)),
        "{file:?}"
    );
    drop(run);
    let restored = || -> Tested<_> { Ok(patient::restore(place.runner().recorded(&id)?)?) };
    // Another file in its place is none of this run's: it is made again.
    fs::write(&file, "tampered with")?;
    let run = place.runner().resume(restored()?)?;
    assert_eq!(run.output(), "without a target");
    assert_eq!(SPILLED.load(SeqCst), 2);
    assert_eq!(fs::read_to_string(run.result(patient::s)?)?, "without a target");
    assert_eq!(place.files()?, Vec::<String>::new());

    // What goes on reads it where it lies, whatever its body would do.
    let first = place.runner().run_to_end(patient())?;
    let id = first.id().to_string();
    drop(first);
    let bodies = SPILLED.load(SeqCst);
    let run = place
        .runner()
        .resume(patient::restore(place.runner().recorded(&id)?)?)?;
    assert_eq!(
        (run.output().as_str(), SPILLED.load(SeqCst)),
        ("without a target", bodies)
    );

    // Of a run that records nothing it goes with the run.
    let unrecorded = place.runner().durability(Durability::None);
    let run = unrecorded.run_to_end(patient())?;
    let file = run.result(patient::s)?.path().to_owned();
    assert!(file.starts_with(place.root()) && file.exists());
    drop(run);
    assert!(!file.exists());
    Ok(())
}

#[test]
fn a_file_may_be_given() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "dump.sql")]
    fn dump(cx: &Context) -> io::Result<OutputFile> {
        BODIES.fetch_add(1, SeqCst);
        written(cx, "from the body")
    }

    #[task]
    fn later(dump: &OutputFile, cx: &Context) -> Result<String, BoxError> {
        match cx.attempt() {
            1 => Err(cx.pause("not yet").into()),
            _ => Ok(fs::read_to_string(dump)?),
        }
    }

    flow! { fn with_dump() -> String { d = dump(); l = later(d); l } }

    let place = Place::new()?;
    place.write("mine.sql", "mine")?;
    let mine = place.root().join("mine.sql");
    let runner = place.runner().given(with_dump::d, OutputFile::existing(&mine)?);
    let run = runner.run_to_end(with_dump())?;
    assert_eq!(run.result(with_dump::d)?.path(), mine);
    let id = run.id().to_string();
    drop(run);
    // It is the author's, and stays what it is; the run goes on with what was given.
    assert_eq!(place.files()?, ["mine.sql"]);
    place.write("mine.sql", "something else")?;
    let run = place
        .runner()
        .resume(with_dump::restore(place.runner().recorded(&id)?)?)?;
    assert_eq!((run.output().as_str(), BODIES.load(SeqCst)), ("mine", 0));

    let run = Runner::in_memory()
        .given(with_dump::d, OutputFile::existing(&mine)?)
        .run_to_end(with_dump())?;
    assert_eq!(run.result(with_dump::d)?.path(), mine);
    assert_eq!(run.node_state(with_dump::l).kind, Paused);
    drop(run);
    assert_eq!(place.read("mine.sql")?, "something else");
    Ok(())
}
