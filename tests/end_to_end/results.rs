//! Results: what is freed, what is kept, what can be asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::SeqCst};

use flow_runtime::StateType::Cached;
use flow_runtime::{Durability, ResultError, Runner, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says};

/// Bytes that know how many of them live.
macro_rules! counted {
    ($name:ident, $live:ident) => {
        static $live: AtomicIsize = AtomicIsize::new(0);

        #[derive(serde::Serialize)]
        struct $name(Vec<u8>);

        impl $name {
            fn new(bytes: Vec<u8>) -> Self {
                $live.fetch_add(1, SeqCst);
                Self(bytes)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Vec::deserialize(deserializer).map(Self::new)
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                $live.fetch_sub(1, SeqCst);
            }
        }
    };
}

#[test]
fn results_are_freed_after_their_last_reader() -> Tested {
    counted!(Big, LIVE);

    #[task(target = "big.json")]
    fn big() -> Big {
        Big::new(vec![1, 2, 3])
    }

    #[task]
    fn length(big: &Big) -> usize {
        big.0.len()
    }

    #[task]
    fn live(_order: usize) -> isize {
        LIVE.load(SeqCst)
    }

    let f = flow! {
        b = big();
        m = length(b);
        n = length(b, upstream: [m]);
        during = live(m);
        after = live(n);
        after
    };
    let place = Place::new()?;
    // One worker, so that `after` runs when `n` has ended; the store can give `b` back.
    let run = place.runner().jobs(1).run(f)?;
    assert_eq!((*run.output(), LIVE.load(SeqCst)), (0, 0));
    // Asked for, it is loaded and stays with the run.
    assert_eq!(run.result(f.b())?.0, [1, 2, 3]);
    assert_eq!(LIVE.load(SeqCst), 1);
    drop(run);
    assert_eq!(LIVE.load(SeqCst), 0);
    Ok(())
}

#[test]
fn a_reader_does_not_keep_its_result_after_its_end() -> Tested {
    counted!(Big, LIVE);

    #[task]
    fn big() -> Big {
        Big::new(vec![1, 2, 3])
    }

    #[task]
    fn length(big: &Big) -> usize {
        big.0.len()
    }

    // Async: the worker that ran `length` runs no other body before this one looks.
    #[task]
    async fn live() -> isize {
        std::future::ready(LIVE.load(SeqCst)).await
    }

    let f = flow! { b = big(); n = length(b); after = live(upstream: [n]); after };
    let place = Place::new()?;
    assert_eq!(*place.runner().jobs(1).run(f)?.output(), 0);
    Ok(())
}

#[test]
fn results_without_a_target_are_freed_and_given_back_too() -> Tested {
    counted!(Big, LIVE);

    #[task]
    fn big(size: usize) -> Big {
        Big::new(vec![7; size])
    }

    #[task]
    fn length(big: &Big) -> usize {
        big.0.len()
    }

    // A small one and one that is too large to be kept in memory.
    let f = flow! { small = big(3); large = big(100_000); a = length(small); b = length(large); };
    let place = Place::new()?;
    let run = place.runner().run(f)?;
    assert_eq!(LIVE.load(SeqCst), 0);
    assert_eq!(
        (run.result(f.small())?.0.len(), run.result(f.large())?.0.len()),
        (3, 100_000)
    );
    drop(run);
    assert_eq!((LIVE.load(SeqCst), place.files()?.len()), (0, 0));
    Ok(())
}

#[test]
fn what_a_run_spilled_that_records_nothing_goes_with_it() -> Tested {
    #[task]
    fn large() -> Vec<u8> {
        vec![7; 100_000]
    }

    #[task]
    fn length(of: &[u8]) -> usize {
        of.len()
    }

    #[task]
    async fn length_later(of: &[u8]) -> usize {
        std::future::ready(of.len()).await
    }

    let f = flow! { l = large(); n = length(l); n };
    let place = Place::new()?;
    let runner = place.runner().durability(Durability::None);
    let run = runner.run(f)?;
    assert_eq!(run.result(f.l())?.len(), 100_000);
    drop(run);
    // What drives async bodies lets go of the run too, before it is given to its caller.
    let later = flow! { l = large(); n = length_later(l); n };
    for _ in 0..200 {
        let run = runner.run(later)?;
        let spilled = place.root().join(".flow/runs").join(run.id().as_str());
        assert!(spilled.exists());
        drop(run);
        assert!(!spilled.exists(), "something of the run outlives it");
    }
    let mut left = walk(place.root())?;
    left.retain(|file| !file.ends_with("/lock"));
    assert_eq!(left, Vec::<String>::new());
    Ok(())
}

fn walk(root: &std::path::Path) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let Ok(entries) = std::fs::read_dir(directory) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                files.push(entry.path().display().to_string());
            }
        }
    }
    Ok(files)
}

#[test]
fn a_result_of_a_run_in_memory_lives_as_long_as_the_run() -> Tested {
    counted!(Big, LIVE);

    #[task]
    fn big() -> Big {
        Big::new(vec![1])
    }

    #[task]
    fn length(big: &Big) -> usize {
        big.0.len()
    }

    let f = flow! { b = big(); n = length(b); n };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(LIVE.load(SeqCst), 1);
    assert_eq!(run.result(f.b())?.0, [1]);
    drop(run);
    assert_eq!(LIVE.load(SeqCst), 0);
    Ok(())
}

#[test]
fn checkpoint_false_result_is_an_error_that_says_so() -> Tested {
    counted!(Big, LIVE);

    #[task(checkpoint = false)]
    fn big() -> Big {
        Big::new(vec![1])
    }

    #[task]
    fn length(big: &Big) -> usize {
        big.0.len()
    }

    let f = flow! { b = big(); n = length(b); n };
    let place = Place::new()?;
    for runner in [place.runner(), Runner::in_memory()] {
        let run = runner.run(f)?;
        assert_eq!((*run.output(), LIVE.load(SeqCst)), (1, 0));
        let error = run.result(f.b()).err().ok_or("it was kept")?;
        assert!(matches!(error, ResultError::NotKept { .. }));
        assert_holds(&error.to_string(), &["`b`", "checkpoint = false", "tail"]);
    }
    // As the tail it stays with the run.
    let f = flow! { b = big(); b };
    assert_eq!(place.runner().run(f)?.output().0, [1]);
    Ok(())
}

#[test]
fn results_of_nodes_that_have_none_say_their_state() -> Tested {
    #[task]
    fn bad() -> Result<u32, String> {
        Err("no".to_owned())
    }

    let f = flow! { b = bad(); };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_holds(
        &run.result(f.b()).err().ok_or("a value")?.to_string(),
        &["`b`", "Failed"],
    );
    Ok(())
}

#[test]
fn a_cached_output_that_is_gone_meanwhile_is_an_error_that_names_it() -> Tested {
    #[task(target = "n.txt")]
    fn number() -> u32 {
        1
    }

    let f = flow! { n = number(); };
    let place = Place::new()?;
    place.runner().run(f)?;
    let run = place.runner().run(f)?;
    std::fs::remove_file(place.root().join("n.txt"))?;
    let error = run.result(f.n()).err().ok_or("a value")?;
    assert_holds(&flattened(&error), &["`n`", "n.txt", "gone"]);
    assert_says(&run, f.n(), Cached, &[]);
    Ok(())
}

#[test]
fn a_result_whose_file_was_changed_meanwhile_is_an_error_that_names_it() -> Tested {
    #[task(target = "n.txt")]
    fn number() -> u32 {
        1
    }

    let f = flow! { n = number(); };
    let place = Place::new()?;
    // Made by the run, found by it with its record, found without one.
    for prepare in [false, false, true] {
        if prepare {
            std::fs::remove_dir_all(place.root().join(".flow/records"))?;
        }
        let run = place.runner().run(f)?;
        place.write("n.txt", "2")?;
        let error = run.result(f.n()).err().ok_or("a value of another run")?;
        assert_holds(&flattened(&error), &["`n`", "n.txt", "changed"]);
        place.write("n.txt", "1\n")?;
    }
    Ok(())
}

#[test]
fn an_output_that_cannot_be_read_is_an_error_that_says_why() -> Tested {
    static CHANGED: AtomicBool = AtomicBool::new(false);

    #[derive(serde::Serialize)]
    struct Row(u8);

    impl<'de> serde::Deserialize<'de> for Row {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            if CHANGED.load(SeqCst) {
                return Err(serde::de::Error::custom("missing field `new`"));
            }
            u8::deserialize(deserializer).map(Self)
        }
    }

    #[task(target = "row.json")]
    fn row() -> Row {
        Row(1)
    }

    let f = flow! { only = row(); only };
    let place = Place::new()?;
    place.runner().run(f)?;
    CHANGED.store(true, SeqCst);
    let words = [
        "`only`",
        "row.json",
        "Row",
        "missing field `new`",
        "to go on: mend",
    ];
    let error = place.runner().run(f).err().ok_or("it was read")?;
    assert_holds(&error.to_string(), &words);
    assert_holds(&format!("{error:?}"), &words);
    // Whoever asks for the output all the same is told as much.
    for run in [
        error.into_run().ok_or("it has ended")?,
        place.runner().run_to_end(f)?,
    ] {
        let panic = catch_unwind(AssertUnwindSafe(|| run.output().0))
            .err()
            .ok_or("it was read")?;
        assert_holds(panic.downcast_ref::<String>().ok_or("no message")?, &words);
    }
    Ok(())
}

fn flattened(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(
        || error.to_string(),
        |source| format!("{error}: {}", flattened(source)),
    )
}
