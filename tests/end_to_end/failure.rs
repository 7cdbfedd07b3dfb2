//! Failures: what they end, what they leave alone, what is said of them.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Failed, Success, TriggerFailed};
use flow_runtime::{Cause, RunError, Runner, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[derive(Debug)]
struct Outer(std::num::ParseIntError);

impl std::fmt::Display for Outer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the file is no list of numbers")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[task]
fn broken() -> Result<u32, Outer> {
    "many".parse().map_err(Outer)
}

#[task]
fn fine() -> u32 {
    1
}

#[task]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[test]
fn a_failure_does_not_stop_independent_branches() -> Tested {
    static AFTER: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "<node>.txt")]
    fn beside(x: u32) -> u32 {
        AFTER.fetch_add(1, SeqCst);
        x
    }

    let f = flow! {
        bad = broken();
        below = add(bad, 1);
        lower = add(below, 1);
        good = fine();
        b1 = beside(good);
        b2 = beside(b1);
    };
    let place = Place::new()?;
    let run = place.runner().jobs(1).run_to_end(f)?;
    assert_eq!(
        kinds(&run),
        [Failed, TriggerFailed, TriggerFailed, Success, Success, Success]
    );
    assert_eq!(AFTER.load(SeqCst), 2);
    assert_eq!(run.state().kind, Failed);
    assert_says(&run, f.below(), TriggerFailed, &["`bad` is Failed"]);
    assert_says(&run, f.lower(), TriggerFailed, &["`below` is TriggerFailed"]);
    assert_eq!(place.files()?, ["b1.txt", "b2.txt"]);
    Ok(())
}

#[test]
fn a_report_names_flow_node_place_causes_and_what_is_blocked() -> Tested {
    flow! {
        #[flow(name = "nightly sums")]
        fn sums() -> u32 {
            bad = broken();
            below = add(bad, 1);
            lower = add(below, 1);
            lower
        }
    }

    let error = Runner::in_memory().run(sums()).err().ok_or("it succeeded")?;
    let text = error.to_string();
    assert_holds(
        &text,
        &[
            "nightly sums",
            "`bad`",
            "failure.rs:",
            "the file is no list of numbers",
            "because",
            "invalid digit",
            "blocks: below, lower",
        ],
    );
    assert_eq!(format!("{error:?}"), text);
    // The error owns the run.
    let run = error.into_run().ok_or("no run")?;
    assert_eq!(kinds(&run), [Failed, TriggerFailed, TriggerFailed]);
    let failure = run.failures().next().ok_or("no failure")?;
    assert_eq!((failure.node().name, failure.flow()), ("bad", "nightly sums"));
    assert!(matches!(failure.cause(), Cause::Error(error) if error.is::<Outer>()));
    Ok(())
}

#[test]
fn every_failure_is_told_with_its_causes() -> Tested {
    #[task(target = "<node>.json")]
    fn mean() -> f64 {
        f64::NAN
    }

    #[task]
    fn talkative() -> Result<u32, String> {
        Err("first\n  second".to_owned())
    }

    let f = flow! { bad = broken(); m1 = mean(); talks = talkative(); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    let causes = "the file is no list of numbers: invalid digit found in string";
    assert_says(&run, f.bad(), Failed, &[causes]);
    assert_says(&run, f.m1(), Failed, &["m1.json", "cannot be written: ", "NaN"]);
    let report = run.report().ok_or("no report")?;
    assert_holds(&report, &["no list of numbers\n  because: invalid digit"]);
    let line = |word: &str| {
        report
            .lines()
            .find(|line| line.contains(word))
            .unwrap_or_default()
    };
    assert_holds(line("m1.json"), &["`m1` failed too (", "failure.rs:", "NaN"]);
    assert_holds(line("`talks` failed too ("), &["failure.rs:", "): first second"]);
    Ok(())
}

#[test]
fn of_many_failures_the_first_ones_are_told_and_the_rest_counted() -> Tested {
    let f = flow! {
        n1 = broken(); n2 = broken(); n3 = broken(); n4 = broken(); n5 = broken(); n6 = broken(); n7 = broken();
        n8 = broken(); n9 = broken(); n10 = broken(); n11 = broken(); n12 = broken(); n13 = broken();
    };
    let report = Runner::in_memory().run_to_end(f)?.report().ok_or("no report")?;
    assert_holds(
        &report,
        &[
            "node `n1` of",
            "`n2` failed too",
            "`n11` failed too",
            "and 2 more failed",
        ],
    );
    assert_eq!(report.matches("failed too").count(), 10);
    Ok(())
}

#[test]
fn the_tail_decides_the_run() -> Tested {
    let f = flow! { bad = broken(); good = fine(); good };
    let run = Runner::in_memory().run(f)?;
    assert_eq!((run.state().kind, *run.output()), (Success, 1));
    assert_eq!(run.node_state(f.bad()).kind, Failed);
    assert!(run.report().is_some());

    let f = flow! { bad = broken(); good = fine(); bad };
    assert!(matches!(
        Runner::in_memory().run(f),
        Err(RunError::NotSuccessful(_))
    ));
    Ok(())
}

#[test]
fn a_failed_node_leaves_the_old_target_alone() -> Tested {
    #[task(target = "n.txt")]
    fn checked(x: u32) -> Result<u32, String> {
        if x < 10 {
            Ok(x)
        } else {
            Err(format!("{x} is too much"))
        }
    }

    flow! { fn checking(x: u32) -> u32 { n = checked(x); n } }

    let place = Place::new()?;
    place.runner().run(checking(3))?;
    let run = place.runner().run_to_end(checking(30))?;
    assert_says(&run, checking::n, Failed, &["30 is too much"]);
    assert_eq!(place.read("n.txt")?, "3");
    assert_eq!(
        kinds(&place.runner().run(checking(3))?),
        [flow_runtime::StateType::Cached]
    );
    Ok(())
}

#[test]
fn a_value_that_its_format_cannot_hold_is_refused_before_commit() -> Tested {
    #[task(target = "mean.json")]
    fn mean(of: &[f64]) -> Vec<f64> {
        #[allow(clippy::cast_precision_loss, reason = "a test's list is short")]
        let count = of.len() as f64;
        vec![1.0, of.iter().sum::<f64>() / count]
    }

    flow! { fn means(of: Vec<f64>) -> Vec<f64> { m = mean(of); m } }

    let place = Place::new()?;
    let run = place.runner().run_to_end(means(vec![]))?;
    assert_says(&run, means::m, Failed, &["mean.json"]);
    assert_holds(&run.report().unwrap_or_default(), &["NaN"]);
    assert_eq!(place.files()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_type_that_cannot_be_read_back_is_found_at_its_first_commit() -> Tested {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct OneWay {
        #[serde(rename(serialize = "written"))]
        read: u32,
    }

    #[task(target = "one.json")]
    fn one_way() -> OneWay {
        OneWay { read: 1 }
    }

    let f = flow! { o = one_way(); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_says(&run, f.o(), Failed, &["one.json", "OneWay"]);
    assert!(!place.has("one.json"));
    Ok(())
}

#[test]
#[should_panic(expected = "its tail `lower` is TriggerFailed")]
fn output_panics_naming_the_state() {
    let f = flow! { bad = broken(); lower = add(bad, 1); lower };
    let run = Runner::in_memory().run_to_end(f).expect("it starts");
    let _ = run.output();
}

#[test]
#[should_panic(expected = "its tail `m` is Failed")]
fn a_value_whose_commit_failed_is_no_output() {
    #[task(target = "m.json")]
    fn mean() -> Vec<f64> {
        vec![f64::NAN]
    }

    let place = Place::new().expect("a temporary directory");
    let run = place
        .runner()
        .run_to_end(flow! { m = mean(); m })
        .expect("it starts");
    let _ = run.output();
}
