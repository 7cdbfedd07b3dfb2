//! Results that hooks give: where they are written though no body ran.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use flow_runtime::StateType::{Cached, Failed, Success, TriggerFailed};
use flow_runtime::{NodeInfo, Signal, State, StateType, flow, task};

use crate::place::{Place, Tested, assert_says, kinds};

/// Gives 10 in the place of a body.
fn instead(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
    (new.kind == StateType::Running).then(|| Signal::succeed(10_u32))
}

/// Gives 10 where there would be a failure.
fn mend(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
    new.kind.is_failed().then(|| Signal::succeed(10_u32))
}

fn length(text: &str) -> u32 {
    text.chars().map(|_| 1).sum()
}

#[task]
fn place() -> String {
    "north".to_owned()
}

#[task]
fn fails() -> Result<String, String> {
    Err("no place".to_owned())
}

#[test]
fn one_in_the_place_of_a_body_is_written_wherever_the_target_lies() -> Tested {
    static BODIES: AtomicU32 = AtomicU32::new(0);

    #[task(target = "<task_name>.txt", on_state = instead)]
    fn plain() -> u32 {
        BODIES.fetch_add(1, SeqCst)
    }

    #[task(target = "<at>/<of>.txt", on_state = instead)]
    fn late(at: &str, of: u32) -> u32 {
        BODIES.fetch_add(1, SeqCst) + of + length(at)
    }

    #[task(on_state = instead)]
    async fn later(at: &str) -> u32 {
        tokio::task::yield_now().await;
        BODIES.fetch_add(1, SeqCst) + length(at)
    }

    let f = flow! {
        at = place();
        a = plain();
        b = late(at, a);
        #[node(target = "<at>.json")]
        c = later(&format!("{at}-{b}"));
        d = late("south", c + 1);
        d
    };
    let place = Place::new()?;
    // What is found before its body would run is not about to run: no hook is asked whether it may.
    for second in [Success, Cached] {
        let run = place.runner().run(f)?;
        assert_eq!(kinds(&run), [Success, second, Success, Success, Success]);
        assert_says(&run, f.b(), Success, &["it was told to succeed"]);
        assert_eq!((*run.output(), *run.result(f.c())?), (10, 10));
        assert_eq!(
            place.files()?,
            ["north-10.json", "north/10.txt", "plain.txt", "south/11.txt"]
        );
        assert_eq!(place.read("north/10.txt")?, "10");
    }
    assert_eq!(BODIES.load(SeqCst), 0);
    Ok(())
}

#[test]
fn one_replaces_what_its_target_holds() -> Tested {
    #[task(target = "<text>.txt")]
    fn kept(text: &str) -> u32 {
        length(text)
    }

    let plain = flow! { t = place(); a = kept(t); a };
    let told = flow! { t = place(); #[node(on_state = instead)] a = kept(t); a };
    let place = Place::new()?;
    place.runner().run(plain)?;
    assert_eq!(place.read("north.txt")?, "5");
    place.runner().run(told)?;
    assert_eq!(place.read("north.txt")?, "10");
    // It was made of the same arguments: the next run believes it.
    let run = place.runner().run(plain)?;
    assert_eq!((kinds(&run), *run.output()), (vec![Success, Cached], 10));
    Ok(())
}

#[test]
fn one_for_a_body_that_failed_is_written() -> Tested {
    #[task(target = "<at>/<task_name>.txt", on_state = mend)]
    fn broken(at: &str) -> Result<u32, String> {
        Err(at.to_owned())
    }

    #[task(target = "<at>/<task_name>.txt", on_state = mend, timeout = "50ms")]
    async fn slow(at: &str) -> u32 {
        tokio::time::sleep(Duration::from_mins(1)).await;
        length(at)
    }

    #[task(target = "<at>/<task_name>.txt", on_state = mend, timeout = "50ms")]
    fn stuck(at: &str) -> u32 {
        std::thread::sleep(Duration::from_millis(400));
        length(at)
    }

    let f = flow! { at = place(); a = broken(at); b = slow(at); c = stuck(at); };
    let place = Place::new()?;
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Success; 4]);
    let files = ["north/broken.txt", "north/slow.txt", "north/stuck.txt"];
    assert_eq!(place.files()?, files);
    for file in files {
        assert_eq!(place.read(file)?, "10");
    }
    Ok(())
}

#[test]
fn one_for_a_node_that_does_not_run_is_written_where_no_result_tells_the_path() -> Tested {
    #[task(target = "<task_name>.txt", on_state = mend)]
    fn known(at: &str) -> u32 {
        length(at)
    }

    #[task(target = "<at>.txt", on_state = mend)]
    fn unknown(at: &str) -> u32 {
        length(at)
    }

    #[task(on_state = mend)]
    fn without(at: &str) -> u32 {
        length(at)
    }

    #[task]
    fn sum(a: u32, b: u32, c: u32) -> u32 {
        a + b + c
    }

    let f = flow! { x = fails(); a = known(x); b = unknown(x); c = without(x); s = sum(a, b, c); s };
    let place = Place::new()?;
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Failed, Success, Success, Success, Success]);
    assert_eq!(*run.output(), 30);
    assert_eq!((*run.result(f.b())?, *run.result(f.c())?), (10, 10));
    assert_eq!(place.files()?, ["known.txt"]);
    assert_says(&run, f.a(), Success, &["it was told to succeed"]);
    assert_says(
        &run,
        f.b(),
        Success,
        &["it was told to succeed; its target is not written, as only its arguments tell the path"],
    );
    Ok(())
}

#[test]
fn one_that_does_not_fit_or_cannot_be_written_is_a_failure_that_says_so() -> Tested {
    fn text(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        new.kind.is_failed().then(|| Signal::succeed("ten"))
    }
    fn nan(_: &NodeInfo<'_>, _: &State, new: &State) -> Option<Signal> {
        new.kind.is_failed().then(|| Signal::succeed(f64::NAN))
    }

    #[task(target = "<task_name>.txt", on_state = text)]
    fn number(at: &str) -> u32 {
        length(at)
    }

    #[task(target = "<task_name>.json", on_state = nan)]
    fn share(at: &str) -> f64 {
        f64::from(length(at))
    }

    #[task]
    fn after(n: u32) -> u32 {
        n
    }

    let f = flow! { x = fails(); a = number(x); b = share(x); c = after(a); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Failed, Failed, TriggerFailed]);
    assert_says(
        &run,
        f.a(),
        Failed,
        &["it was told to succeed with another type than its task's output, `u32`"],
    );
    assert_says(&run, f.b(), Failed, &["share.json", "cannot be written"]);
    assert_eq!(run.failures().count(), 3);
    Ok(())
}
