//! What is no such file, and what becomes of one that cannot be kept.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use flow_runtime::StateType::{Failed, Pending, Success};
use flow_runtime::{BoxError, Context, NodeInfo, OutputFile, RunError, Runner, Signal, State, flow, task};

use super::{length, unfinished, written};
use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

static STASHED: Mutex<Vec<OutputFile>> = Mutex::new(Vec::new());

#[test]
fn what_is_not_the_attempts_own_file_is_the_nodes_failure() -> Tested {
    #[task(target = "good.txt")]
    fn good(cx: &Context) -> io::Result<OutputFile> {
        written(cx, "good")
    }

    #[task(target = "<node>.txt")]
    fn handed_on(good: &OutputFile, cx: &Context) -> OutputFile {
        let _ = cx;
        good.clone()
    }

    #[task(target = "<node>.txt")]
    fn nothing(cx: &Context) -> io::Result<OutputFile> {
        cx.output()
    }

    #[task(target = "<node>.txt")]
    fn directory(cx: &Context) -> io::Result<OutputFile> {
        let file = cx.output()?;
        fs::create_dir(file.path())?;
        Ok(file)
    }

    #[cfg(unix)]
    #[task(target = "<node>.txt")]
    fn link(cx: &Context, good: &OutputFile) -> io::Result<OutputFile> {
        let file = cx.output()?;
        std::os::unix::fs::symlink(good.path(), file.path())?;
        Ok(file)
    }

    #[task(target = "<node>.txt")]
    fn existing(_cx: &Context) -> io::Result<OutputFile> {
        OutputFile::existing("Cargo.toml")
    }

    #[task(target = "<node>.txt", retries = 1)]
    fn of_before(cx: &Context) -> io::Result<OutputFile> {
        let file = written(cx, "of an earlier attempt")?;
        let mut stashed = STASHED.lock().unwrap_or_else(PoisonError::into_inner);
        stashed.push(file);
        match cx.attempt() {
            1 => Err(io::Error::other("not yet")),
            _ => Ok(stashed.remove(0)),
        }
    }

    let f = flow! {
        g = good();
        a = handed_on(g);
        b = nothing();
        c = directory();
        d = link(g);
        e = existing();
        f = of_before();
    };
    for runner in [None, Some(Runner::in_memory())] {
        let place = Place::new()?;
        let run = runner.unwrap_or_else(|| place.runner()).run_to_end(f)?;
        let foreign = "is not the file that `Context::output` has given this attempt";
        assert_says(
            &run,
            f.a(),
            Failed,
            &[
                "the file that the body of `a` has returned cannot be kept",
                "good.txt",
                foreign,
            ],
        );
        assert_says(&run, f.b(), Failed, &["nothing was written to", "b.txt"]);
        assert_says(&run, f.c(), Failed, &["c.txt` is a directory, not a file"]);
        assert_says(&run, f.d(), Failed, &["d.txt` is a symbolic link, not a file"]);
        assert_says(&run, f.e(), Failed, &["Cargo.toml", foreign]);
        assert_says(&run, f.f(), Failed, &[foreign, "(attempt 2)"]);
        let report = run.report().unwrap();
        assert_holds(
            &report,
            &["refused.rs", "to go on: return the file that `cx.output()` gives"],
        );
        assert_eq!(fs::read_to_string(run.result(f.g())?.path())?, "good");
        if place.root().exists() {
            assert_eq!(place.files()?, ["good.txt"]);
            STASHED.lock().unwrap_or_else(PoisonError::into_inner).clear();
            drop(run);
            assert_eq!(unfinished(&place), Vec::<PathBuf>::new());
        }
    }
    Ok(())
}

#[test]
fn a_body_that_wrote_nothing_is_tried_again() -> Tested {
    #[task(target = "dump.sql", retries = 1)]
    fn dump(cx: &Context) -> io::Result<OutputFile> {
        match cx.attempt() {
            1 => cx.output(),
            _ => written(cx, "at the second attempt"),
        }
    }

    let f = flow! { d = dump(); d };
    let place = Place::new()?;
    assert_eq!(
        fs::read_to_string(place.runner().run(f)?.output())?,
        "at the second attempt"
    );
    assert_eq!(place.read("dump.sql")?, "at the second attempt");
    Ok(())
}

#[test]
fn hooks_and_signals_see_a_file_as_any_result() -> Tested {
    fn refuses(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        (new.kind == Success).then(|| Signal::fail("not good enough"))
    }

    #[task(target = "refused.txt", on_state = refuses)]
    fn refused(cx: &Context) -> io::Result<OutputFile> {
        written(cx, "refused")
    }

    #[task(target = "raised.txt")]
    fn raised(cx: &Context) -> Result<OutputFile, BoxError> {
        let file = written(cx, "raised")?;
        Err(cx.succeed(file).into())
    }

    #[task(target = "wrong.txt")]
    fn wrong(cx: &Context) -> Result<OutputFile, BoxError> {
        Err(cx.succeed(OutputFile::existing("Cargo.toml")?).into())
    }

    let f = flow! { a = refused(); b = raised(); c = wrong(); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Success, Failed]);
    assert_says(&run, f.c(), Failed, &["is not the file that `Context::output`"]);
    assert_eq!(place.files()?, ["raised.txt"]);
    assert_eq!(place.read("raised.txt")?, "raised");
    drop(run);
    assert_eq!(unfinished(&place), Vec::<PathBuf>::new());
    Ok(())
}

#[test]
fn a_target_that_cannot_be_written_keeps_the_file_and_the_node_fails() -> Tested {
    #[task(target = "in/the/way.txt")]
    fn dump(cx: &Context) -> io::Result<OutputFile> {
        written(cx, "has no place")
    }

    let f = flow! { d = dump(); l = length(d); };
    let place = Place::new()?;
    place.write("in/the", "a file where a directory must be")?;
    let Err(RunError::NotSuccessful(run)) = place.runner().run(f) else {
        panic!("it has no place");
    };
    assert_says(&run, f.d(), Failed, &["in/the", "is not a directory"]);
    assert_eq!(run.nodes().filter(|(_, state)| state.kind == Pending).count(), 0);
    drop(run);
    assert_eq!(place.files()?, ["in/the"]);
    assert_eq!(unfinished(&place), Vec::<PathBuf>::new());
    Ok(())
}
