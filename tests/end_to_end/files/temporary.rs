//! How long such a file lives that nobody keeps.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use flow_runtime::StateType::{Failed, Success, TimedOut};
use flow_runtime::{Context, OutputFile, Runner, flow, task};

use super::{length, unfinished, written};
use crate::place::{Place, Tested, kinds};

#[test]
fn of_an_attempt_that_fails_nothing_is_left() -> Tested {
    static SEEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

    fn half(cx: &Context) -> io::Result<OutputFile> {
        let file = written(cx, "half of it")?;
        SEEN.lock().unwrap().push(file.path().to_owned());
        Ok(file)
    }

    #[task(target = "error.txt")]
    fn error(cx: &Context) -> io::Result<OutputFile> {
        let _half = half(cx)?;
        Err(io::Error::other("the disk of somebody else is full"))
    }

    #[task(target = "panics.txt")]
    fn panics(cx: &Context) -> io::Result<OutputFile> {
        let _half = half(cx)?;
        panic!("out of range");
    }

    #[task(target = "slow.txt", timeout = "20ms")]
    async fn slow(cx: &Context) -> io::Result<OutputFile> {
        let half = half(cx)?;
        std::future::pending::<()>().await;
        Ok(half)
    }

    #[task(target = "stuck.txt", timeout = "20ms")]
    fn stuck(cx: &Context) -> io::Result<OutputFile> {
        let half = half(cx)?;
        while !cx.is_cancelled() {
            std::thread::yield_now();
        }
        Ok(half)
    }

    #[task(target = "another.txt")]
    fn another(cx: &Context) -> io::Result<OutputFile> {
        let _first = half(cx)?;
        written(cx, "the second")
    }

    let f = flow! { a = error(); b = panics(); c = slow(); d = stuck(); e = another(); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Failed, TimedOut, TimedOut, Success]);
    drop(run);
    // What a thread holds that has timed out goes with it.
    while SEEN.lock().unwrap().iter().any(|path| path.exists()) {
        std::thread::yield_now();
    }
    assert_eq!(place.files()?, ["another.txt"]);
    while !unfinished(&place).is_empty() {
        std::thread::yield_now();
    }
    Ok(())
}

#[test]
fn in_memory_a_file_lives_as_long_as_the_run_or_a_clone() -> Tested {
    #[task(target = "<date>/dump.sql")]
    fn dump(cx: &Context) -> io::Result<OutputFile> {
        written(cx, "in memory")
    }

    #[task(checkpoint = false)]
    fn passing(cx: &Context) -> io::Result<OutputFile> {
        written(cx, "passes")
    }

    #[task]
    fn place_of(passing: &OutputFile) -> PathBuf {
        assert!(passing.path().exists());
        passing.path().to_owned()
    }

    #[task]
    fn is_gone(place: &Path) -> bool {
        !place.exists()
    }

    let f = flow! {
        d = dump();
        l = length(d);
        p = passing();
        w = place_of(p);
        g = is_gone(&w);
        #[node(target = "<node>")]
        x = dump();
        d
    };
    let run = Runner::in_memory().run(f)?;
    assert_eq!((*run.result(f.l())?, *run.result(f.g())?), (9, true));
    let [first, other] = [
        run.output().path().to_owned(),
        run.result(f.x())?.path().to_owned(),
    ];
    assert!(first.ends_with("dump.sql") && first != other && other.exists());
    let kept = run.output().clone();
    drop(run);
    assert!(!other.exists());
    assert_eq!(fs::read_to_string(&kept)?, "in memory");
    drop(kept);
    assert!(!first.exists() && !first.parent().unwrap().parent().unwrap().exists());
    Ok(())
}

#[test]
fn a_file_without_checkpoint_goes_after_its_last_reader_also_beside_a_store() -> Tested {
    #[task(checkpoint = false)]
    fn passing(cx: &Context) -> io::Result<OutputFile> {
        written(cx, "passes")
    }

    #[task]
    fn place_of(passing: &OutputFile) -> io::Result<PathBuf> {
        assert_eq!(fs::read_to_string(passing)?, "passes");
        Ok(passing.path().to_owned())
    }

    #[task]
    fn is_gone(place: &Path) -> bool {
        !place.exists()
    }

    let f = flow! { p = passing(); w = place_of(p); g = is_gone(&w); g };
    let place = Place::new()?;
    let run = place.runner().run(f)?;
    assert!(*run.output());
    assert!(run.result(f.w())?.starts_with(place.root()));
    Ok(())
}
