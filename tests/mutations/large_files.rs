//! Files that bodies write themselves take no memory, however large they are: every allocation is counted.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};

use flow_runtime::{BoxError, Context, OutputFile, Run, Runner, StateType, flow, task};

use crate::memory::{alone, most};

const SIZE: u64 = 48 << 20;

/// Anything beyond this holds some of such a file.
const LITTLE: usize = 2 << 20;

fn large(cx: &Context) -> io::Result<OutputFile> {
    let file = cx.output()?;
    let mut writer = BufWriter::new(File::create(file.path())?);
    for _ in 0..SIZE / 16 {
        writer.write_all(b"sixteen bytes...")?;
    }
    writer.flush()?;
    Ok(file)
}

#[task(target = "dump.tar")]
fn dump(cx: &Context) -> io::Result<OutputFile> {
    large(cx)
}

#[task]
fn spilled(cx: &Context) -> io::Result<OutputFile> {
    large(cx)
}

#[task]
fn sizes(dump: &OutputFile, spilled: &OutputFile, cx: &Context) -> Result<u64, BoxError> {
    if cx.attempt() == 1 {
        return Err(cx.pause("goes on in another process").into());
    }
    Ok(fs::metadata(dump)?.len() + fs::metadata(spilled)?.len())
}

flow! {
    fn backup() -> u64 {
        a = dump();
        b = spilled();
        c = sizes(a, b);
        c
    }
}

#[test]
fn a_large_file_is_made_kept_found_and_resumed_in_little_memory() {
    let _alone = alone();
    let directory = tempfile::tempdir().unwrap();
    let runner = Runner::new().store(directory.path()).jobs(1);
    let little = |what: &str, (run, taken): (Run<backup>, usize)| {
        assert!(taken < LITTLE, "{what}: {taken} bytes");
        run
    };
    let run = little("made", most(|| runner.run_to_end(backup()).unwrap()));
    assert_eq!(run.node_state(backup::c).kind, StateType::Paused);
    let id = run.id().to_string();
    drop(run);
    let resumed = most(|| {
        let state = runner.recorded(&id).unwrap();
        runner.resume(backup::restore(state).unwrap()).unwrap()
    });
    assert_eq!(*little("resumed", resumed).output(), 2 * SIZE);
    // Without its record it counts as made by hand, and is read to know it again.
    fs::remove_dir_all(directory.path().join(".flow/records")).unwrap();
    let given = OutputFile::existing(directory.path().join("dump.tar")).unwrap();
    let found = most(|| {
        runner
            .clone()
            .given(backup::b, given)
            .run_to_end(backup())
            .unwrap()
    });
    let run = little("found and given", found);
    assert_eq!(run.node_state(backup::a).kind, StateType::Cached);
}

#[test]
fn the_count_sees_a_file_that_is_held() {
    let _alone = alone();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large");
    File::create(&path).unwrap().set_len(SIZE).unwrap();
    let (held, taken) = most(|| fs::read(&path).unwrap());
    assert!(held.len() as u64 == SIZE && taken > LITTLE);
}
