//! Triggers, skips and outcomes: when a node runs, and what it sees of an upstream that has no value.
#![allow(
    clippy::needless_pass_by_value,
    reason = "a task takes an `Outcome` as it is handed over"
)]

use flow_runtime::StateType::{Failed, Skipped, Success, TriggerFailed};
use flow_runtime::plan::UpstreamState;
use flow_runtime::{BoxError, Cause, Outcome, Runner, Signal, flow, task};

use crate::place::{Place, Tested, assert_says, kinds};

#[task]
fn good() -> u32 {
    1
}

#[task]
fn broken() -> Result<u32, std::num::ParseIntError> {
    "many".parse()
}

#[task]
fn skipped() -> Result<u32, BoxError> {
    Err(Signal::skip("nothing to do").into())
}

/// What became of both, in a word each.
#[task]
fn both(a: Outcome<&u32>, b: Outcome<&u32>) -> String {
    format!("{} {}", word(&a), word(&b))
}

fn word(of: &Outcome<&u32>) -> &'static str {
    match of {
        Outcome::Success(_) => "success",
        Outcome::Skipped => "skipped",
        Outcome::Failed(_) => "failed",
        Outcome::Cancelled => "cancelled",
    }
}

#[task]
fn nothing() {}

#[test]
fn all_successful_runs_when_every_upstream_succeeded() -> Tested {
    let f = flow! {
        a = good();
        b = good();
        bad = broken();
        #[node(trigger = all_successful)]
        runs = nothing(upstream: [a, b]);
        #[node(trigger = all_successful)]
        not = nothing(upstream: [a, bad]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Success, Failed, Success, TriggerFailed]);
    assert_says(&run, f.not(), TriggerFailed, &["`bad` is Failed"]);
    Ok(())
}

#[test]
fn all_failed_runs_when_every_upstream_failed() -> Tested {
    let f = flow! {
        a = good();
        bad = broken();
        worse = broken();
        #[node(trigger = all_failed)]
        runs = both(bad, worse);
        #[node(trigger = all_failed)]
        not = both(bad, a);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, Failed, Success, TriggerFailed]);
    assert_eq!(run.result(f.runs())?, "failed failed");
    Ok(())
}

#[test]
fn any_successful_runs_when_one_upstream_succeeded() -> Tested {
    let f = flow! {
        a = good();
        bad = broken();
        worse = broken();
        #[node(trigger = any_successful)]
        runs = both(bad, a);
        #[node(trigger = any_successful)]
        not = both(bad, worse);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, Failed, Success, TriggerFailed]);
    assert_eq!(run.result(f.runs())?, "failed success");
    Ok(())
}

#[test]
fn any_failed_runs_when_one_upstream_failed() -> Tested {
    let f = flow! {
        a = good();
        b = good();
        bad = broken();
        #[node(trigger = any_failed)]
        runs = both(a, bad);
        #[node(trigger = any_failed)]
        not = both(a, b);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Success, Failed, Success, TriggerFailed]);
    assert_eq!(run.result(f.runs())?, "success failed");
    Ok(())
}

#[test]
fn all_finished_always_runs() -> Tested {
    let f = flow! {
        a = good();
        bad = broken();
        below = nothing(upstream: [bad]);
        #[node(trigger = all_finished)]
        of_both = both(a, bad);
        #[node(trigger = all_finished)]
        of_none = nothing(upstream: [bad, below]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, TriggerFailed, Success, Success]);
    assert_eq!(run.result(f.of_both())?, "success failed");
    // Its terminal nodes decide: they succeeded.
    assert_eq!(run.state().kind, Success);
    Ok(())
}

#[test]
fn not_all_skipped_wants_successes_too() -> Tested {
    let f = flow! {
        a = good();
        bad = broken();
        #[node(trigger = not_all_skipped)]
        runs = nothing(upstream: [a]);
        #[node(trigger = not_all_skipped)]
        not = nothing(upstream: [a, bad]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, Success, TriggerFailed]);
    Ok(())
}

#[test]
fn a_trigger_of_the_author_sees_names_and_states() -> Tested {
    fn only_bad_failed(upstream: &[UpstreamState]) -> bool {
        upstream
            .iter()
            .all(|upstream| upstream.state.is_failed() == (upstream.node == "bad"))
    }

    #[task(trigger = only_bad_failed)]
    fn check(a: Outcome<&u32>, b: Outcome<&u32>) -> String {
        format!("{} {}", word(&a), word(&b))
    }

    let f = flow! {
        a = good();
        bad = broken();
        worse = broken();
        runs = check(a, bad);
        not = check(bad, worse);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, Failed, Success, TriggerFailed]);
    assert_eq!(run.result(f.runs())?, "success failed");
    Ok(())
}

#[test]
fn a_trigger_that_does_not_hold_is_named() -> Tested {
    fn never(_: &[UpstreamState]) -> bool {
        false
    }

    let f = flow! {
        a = good();
        bad = broken();
        #[node(trigger = all_failed)]
        all = both(bad, a);
        #[node(trigger = any_failed)]
        any = nothing(upstream: [a]);
        #[node(trigger = any_successful)]
        none = nothing(upstream: [bad]);
        #[node(trigger = never)]
        own = nothing(upstream: [a]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    // What hinders it is the success, not the failure.
    assert_says(&run, f.all(), TriggerFailed, &["all_failed", "`a` is Success"]);
    assert_says(&run, f.any(), TriggerFailed, &["any_failed", "`a` is Success"]);
    assert_says(
        &run,
        f.none(),
        TriggerFailed,
        &["any_successful", "`bad` is Failed"],
    );
    assert_says(&run, f.own(), TriggerFailed, &["never"]);
    Ok(())
}

#[test]
fn a_node_without_upstream_runs_under_every_trigger() -> Tested {
    let f = flow! {
        #[node(trigger = all_failed)]
        a = good();
        #[node(trigger = any_successful)]
        b = good();
        #[node(trigger = any_failed)]
        c = good();
        #[node(trigger = not_all_skipped)]
        d = good();
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success; 4]);
    Ok(())
}

#[test]
fn a_node_overrides_the_trigger_of_its_task_and_leaves_its_other_nodes_alone() -> Tested {
    #[task(trigger = any_failed)]
    fn alarm(of: Outcome<&u32>) -> bool {
        of.failure().is_some()
    }

    let f = flow! {
        a = good();
        by_task = alarm(a);
        #[node(trigger = all_successful)]
        by_node = alarm(a);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, TriggerFailed, Success]);
    Ok(())
}

#[test]
fn an_outcome_tells_message_cause_and_node_of_a_failure() -> Tested {
    #[task(trigger = all_finished)]
    fn tell(of: Outcome<&u32>) -> String {
        let Outcome::Failed(failure) = of else {
            return String::new();
        };
        let cause = failure.cause().map(|failure| match failure.cause() {
            Cause::Error(error) => error.is::<std::num::ParseIntError>(),
            _ => false,
        });
        format!(
            "{}: {}: {}; {cause:?}",
            failure.node(),
            failure.state(),
            failure.message()
        )
    }

    let f = flow! { bad = broken(); told = tell(bad); told };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(
        run.output(),
        "bad: Failed: invalid digit found in string; Some(true)"
    );
    Ok(())
}

#[test]
fn an_outcome_tells_that_an_upstream_did_not_run() -> Tested {
    #[task(trigger = all_failed)]
    fn tell(of: Outcome<&u32>) -> String {
        let Outcome::Failed(failure) = of else {
            return String::new();
        };
        format!("{failure}; {}", failure.cause().is_some())
    }

    #[task]
    fn next(a: u32) -> u32 {
        a + 1
    }

    let f = flow! { bad = broken(); below = next(bad); told = tell(below); told };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(kinds(&run), [Failed, TriggerFailed, Success]);
    assert!(
        run.output().starts_with("`below` is TriggerFailed: ") && run.output().ends_with("; false"),
        "{}",
        run.output()
    );
    Ok(())
}

#[test]
fn an_outcome_tells_of_a_panic() -> Tested {
    #[task]
    fn panics(message: &str) -> u32 {
        panic!("{message}")
    }

    #[task(trigger = any_failed)]
    fn tell(of: Outcome<&u32>) -> String {
        of.failure()
            .map_or_else(String::new, |failure| failure.message().to_owned())
    }

    let f = flow! { bad = panics("the disk is gone"); told = tell(bad); told };
    let run = Runner::in_memory().run(f)?;
    assert!(run.output().contains("the disk is gone"), "{}", run.output());
    Ok(())
}

#[test]
fn a_failure_that_a_parameter_takes_does_not_hinder_the_node() -> Tested {
    // Under `all_successful`: the parameter says that it can.
    let f = flow! { a = good(); bad = broken(); told = both(a, bad); told };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(run.output(), "success failed");
    Ok(())
}

#[test]
fn a_failure_that_another_parameter_needs_does_hinder_it() -> Tested {
    #[task]
    fn needs(a: u32, b: Outcome<&u32>) -> String {
        format!("{a} {}", word(&b))
    }

    let f = flow! { bad = broken(); a = good(); told = needs(bad, a); fine = needs(a, bad); };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Success, TriggerFailed, Success]);
    assert_eq!(run.result(f.fine())?, "1 failed");
    Ok(())
}

#[test]
fn an_expression_sees_the_outcome_under_a_trigger_that_takes_failures() -> Tested {
    #[task]
    fn add(a: u32, b: u32) -> u32 {
        a + b
    }

    let f = flow! {
        a = good();
        bad = broken();
        #[node(trigger = all_finished)]
        sum = add(
            a.clone().success().map_or(10, |value| *value),
            bad.failure().map_or(20, |failure| failure.node().len() as u32),
        );
        sum
    };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(*run.output(), 4);
    Ok(())
}

#[test]
fn an_option_holds_the_value_of_a_success() -> Tested {
    #[task(skip_on_upstream_skip = false)]
    fn perhaps(a: Option<&u32>) -> Option<u32> {
        a.copied()
    }

    let f = flow! { a = good(); p = perhaps(a); p };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(*run.output(), Some(1));
    Ok(())
}

#[test]
fn an_option_takes_no_failure() -> Tested {
    #[task(skip_on_upstream_skip = false)]
    fn perhaps(a: Option<&u32>) -> Option<u32> {
        a.copied()
    }

    let f = flow! { bad = broken(); p = perhaps(bad); };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, TriggerFailed]);
    Ok(())
}

#[test]
fn what_an_outcome_was_made_of_is_stored_and_found_again() -> Tested {
    #[task(trigger = all_finished, target = "<node>.txt")]
    fn told(of: Outcome<&u32>) -> String {
        word(&of).to_owned()
    }

    let f = flow! { a = good(); bad = broken(); fine = told(a); alarm = told(bad); };
    let place = Place::new()?;
    place.runner().run_to_end(f)?;
    assert_eq!(place.files()?, ["alarm.txt", "fine.txt"]);
    assert_eq!(place.read("alarm.txt")?, "failed");
    assert_eq!(place.read("fine.txt")?, "success");
    Ok(())
}

#[test]
fn a_skip_never_masks_a_failure() -> Tested {
    let f = flow! {
        none = skipped();
        bad = broken();
        a = good();
        below = nothing(upstream: [none, bad]);
        beside = nothing(upstream: [none, a]);
        #[node(skip_on_upstream_skip = false)]
        although = nothing(upstream: [none, a]);
        #[node(skip_on_upstream_skip = false)]
        not = nothing(upstream: [none, bad]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(
        kinds(&run),
        [
            Skipped,
            Failed,
            Success,
            TriggerFailed,
            Skipped,
            Success,
            TriggerFailed
        ]
    );
    assert_says(&run, f.none(), Skipped, &["nothing to do"]);
    Ok(())
}

#[test]
fn an_option_and_an_outcome_see_a_skip() -> Tested {
    #[task]
    fn perhaps(a: Option<&u32>) -> Option<u32> {
        a.copied()
    }

    let f = flow! {
        none = skipped();
        bad = broken();
        a = good();
        p = perhaps(none);
        o = both(none, a);
        #[node(trigger = any_failed)]
        failed = both(none, bad);
        #[node(skip_on_upstream_skip = false)]
        in_expression = perhaps(none.or(Some(&7)));
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(*run.result(f.p())?, None);
    assert_eq!(run.result(f.o())?, "skipped success");
    assert_eq!(run.result(f.failed())?, "skipped failed");
    assert_eq!(*run.result(f.in_expression())?, Some(7));
    Ok(())
}

#[test]
fn not_all_skipped_is_skipped_where_all_were() -> Tested {
    let f = flow! {
        a = good();
        none = skipped();
        nor = skipped();
        #[node(trigger = not_all_skipped, skip_on_upstream_skip = false)]
        runs = nothing(upstream: [a, none]);
        #[node(trigger = not_all_skipped, skip_on_upstream_skip = false)]
        not = nothing(upstream: [none, nor]);
        #[node(trigger = all_finished)]
        follows = nothing(upstream: [none]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(
        kinds(&run),
        [Success, Skipped, Skipped, Success, Skipped, Skipped]
    );
    Ok(())
}
