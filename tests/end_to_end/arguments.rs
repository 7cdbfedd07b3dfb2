//! Digests of arguments: of parameters, results, literals and expressions.

use std::collections::HashMap;

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::{BoxError, Context, Outcome, Runner, StateType, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[test]
fn the_order_of_a_maps_entries_does_not_matter() -> Tested {
    #[task(target = "sum.txt")]
    fn sum(weights: &HashMap<String, u32>) -> u32 {
        weights.values().sum()
    }

    flow! { fn weighing(weights: HashMap<String, u32>) -> u32 { s = sum(weights); s } }

    let entries: Vec<(String, u32)> = (0..40).map(|at| (format!("k{at}"), at)).collect();
    let place = Place::new()?;
    // Every map has a hasher of its own, so that its entries come in another order.
    place.runner().run(weighing(entries.iter().cloned().collect()))?;
    for _ in 0..5 {
        let run = place
            .runner()
            .run(weighing(entries.iter().rev().cloned().collect()))?;
        assert_eq!(kinds(&run), [Cached]);
    }
    let run = place
        .runner()
        .run(weighing(entries[1..].iter().cloned().collect()))?;
    assert_eq!(kinds(&run), [Success]);
    Ok(())
}

#[test]
fn an_expressions_digest_is_of_its_tokens_and_of_what_it_mentions() -> Tested {
    #[task]
    fn rows(n: u32) -> Vec<u32> {
        (0..n).collect()
    }

    #[task(target = "told.txt")]
    fn tell(text: &str) -> String {
        text.to_owned()
    }

    flow! {
        fn telling(n: u32, other: u32) -> String {
            r = rows(n);
            t = tell(&format!("{} rows", r.len()));
            u = rows(other);
            t
        }
    }

    let place = Place::new()?;
    let states = |n, other| -> Result<Vec<StateType>, Box<dyn std::error::Error>> {
        Ok(kinds(&place.runner().run(telling(n, other))?))
    };
    assert_eq!(states(3, 1)?, [Success, Success, Success]);
    assert_eq!(states(3, 2)?, [Success, Cached, Success]);
    assert_eq!(states(4, 2)?, [Success, Success, Success]);
    assert_eq!(place.read("told.txt")?, "4 rows");

    // The same value by other tokens: an expression is not evaluated for its digest.
    flow! {
        fn telling_otherwise(n: u32) -> String {
            r = rows(n);
            t = tell(&format!("{} rows", { r.len() }));
            t
        }
    }
    let run = place.runner().run(telling_otherwise(4))?;
    assert_says(&run, telling_otherwise::t, Success, &["argument `text` changed"]);
    Ok(())
}

#[test]
fn a_parameter_in_an_expression_counts() -> Tested {
    #[task(target = "n.txt")]
    fn keep(n: u64) -> u64 {
        n
    }

    flow! { fn doubling(n: u64, unused: u64) -> u64 { a = keep(n * 2); b = keep_other(unused); a } }

    #[task]
    fn keep_other(n: u64) -> u64 {
        n
    }

    let place = Place::new()?;
    place.runner().run(doubling(1, 1))?;
    assert_eq!(kinds(&place.runner().run(doubling(1, 2))?), [Cached, Success]);
    assert_eq!(kinds(&place.runner().run(doubling(2, 2))?), [Success, Success]);
    Ok(())
}

#[test]
fn named_and_positional_arguments_are_the_same() -> Tested {
    #[task(target = "area.txt")]
    fn area(width: u32, height: u32) -> u32 {
        width * height
    }

    let place = Place::new()?;
    place.runner().run(flow! { a = area(2, 3); a })?;
    assert_eq!(
        kinds(&place.runner().run(flow! { a = area(height: 3, width: 2); a })?),
        [Cached]
    );
    assert_eq!(
        kinds(&place.runner().run(flow! { a = area(height: 2, width: 3); a })?),
        [Success]
    );
    Ok(())
}

#[test]
fn an_upstream_without_digest_means_no_reuse_and_it_is_said() -> Tested {
    #[task(checkpoint = false)]
    fn connection() -> std::sync::Arc<str> {
        "open".into()
    }

    #[task(target = "answer.txt")]
    fn ask(connection: &std::sync::Arc<str>) -> usize {
        connection.len()
    }

    let f = flow! { c = connection(); a = ask(c); a };
    let place = Place::new()?;
    place.runner().run(f)?;
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Success, Success]);
    assert_says(&run, f.a(), Success, &["argument `connection` has no digest"]);
    Ok(())
}

#[test]
fn an_expression_over_a_result_without_digest_is_not_reused() -> Tested {
    #[task(checkpoint = false)]
    fn connection() -> std::sync::Arc<str> {
        "open".into()
    }

    #[task(target = "answer.txt")]
    fn ask(length: usize) -> usize {
        length
    }

    let f = flow! { c = connection(); a = ask(c.len()); a };
    let place = Place::new()?;
    place.runner().run(f)?;
    let run = place.runner().run(f)?;
    assert_says(&run, f.a(), Success, &["argument `length` has no digest"]);
    Ok(())
}

#[test]
fn a_parameter_added_to_a_task_makes_its_target_stale() -> Tested {
    let place = Place::new()?;
    {
        #[task(target = "n.txt")]
        fn number(a: u32, gone: u32) -> u32 {
            a + gone
        }
        place.runner().run(flow! { n = number(1, 2); n })?;
    }

    #[task(target = "n.txt")]
    fn number(a: u32, new: u32) -> u32 {
        a * new
    }
    let f = flow! { n = number(1, 2); n };
    let run = place.runner().run(f)?;
    assert_says(
        &run,
        f.n(),
        Success,
        &["argument `new` is new", "argument `gone` is gone"],
    );
    Ok(())
}

#[test]
fn a_secret_looking_or_long_argument_does_not_flood_the_message() -> Tested {
    #[task(target = "n.txt")]
    fn length(text: &str) -> usize {
        text.len()
    }

    flow! { fn measuring(text: String) -> usize { n = length(text); n } }

    let place = Place::new()?;
    place.runner().run(measuring("a".repeat(100_000)))?;
    let run = place.runner().run(measuring("b".repeat(100_000)))?;
    let message = run.node_state(measuring::n).message;
    assert_holds(&message, &["argument `text` changed"]);
    assert!(message.len() < 500, "{} bytes", message.len());
    Ok(())
}

#[test]
fn a_lists_digest_is_of_what_stands_in_it_in_its_order() -> Tested {
    #[task]
    fn number(of: u32) -> u32 {
        of
    }

    #[task(target = "told.txt")]
    fn tell(parts: &[&u32]) -> String {
        format!("{parts:?}")
    }

    flow! {
        fn telling(x: u32, y: u32, z: u32) -> String {
            a = number(x);
            b = number(y);
            t = tell([a, z, b]);
            t
        }
    }
    flow! { fn turned(x: u32, y: u32, z: u32) -> String { a = number(x); b = number(y); t = tell([b, z, a]); t } }

    let place = Place::new()?;
    let run = place.runner().run(telling(1, 2, 3))?;
    assert_eq!((kinds(&run)[2], &**run.output()), (Success, "[1, 3, 2]"));
    assert_eq!(kinds(&place.runner().run(telling(1, 2, 3))?)[2], Cached);
    // The same results in the same order are the same list, whichever nodes they are of.
    assert_eq!(kinds(&place.runner().run(turned(2, 1, 3))?)[2], Cached);
    for other in [telling(2, 1, 3), telling(1, 2, 4), telling(1, 3, 3)] {
        let run = place.runner().run(other)?;
        assert_eq!(kinds(&run)[2], Success);
    }
    let run = place.runner().run(telling(1, 2, 3))?;
    assert_says(&run, telling::t, Success, &["parts"]);
    Ok(())
}

#[test]
fn a_node_takes_a_list_though_what_is_in_it_failed_where_its_elements_say_so() -> Tested {
    #[task]
    fn number(of: u32) -> Result<u32, String> {
        if of > 9 {
            Err("too large".to_owned())
        } else {
            Ok(of)
        }
    }

    #[task]
    fn skips(cx: &Context) -> Result<u32, BoxError> {
        Err(cx.skip("not today").into())
    }

    #[task(trigger = all_finished)]
    fn survey(parts: &[Outcome<&u32>]) -> Vec<String> {
        parts.iter().map(|part| format!("{part:?}")).collect()
    }

    #[task(skip_on_upstream_skip = false)]
    #[allow(clippy::needless_pass_by_value, reason = "a list may be handed over by value")]
    fn present(parts: Vec<Option<&u32>>) -> usize {
        parts.iter().flatten().count()
    }

    #[task]
    fn all(parts: &[&u32]) -> usize {
        parts.len()
    }

    let f = flow! {
        a = number(1);
        b = number(10);
        c = skips();
        s = survey([a, b, c]);
        p = present([a, c]);
        q = present([a, b]);
        r = all([a, b]);
        t = all([a, c]);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    use StateType::{Failed, Skipped, TriggerFailed};
    assert_eq!(
        kinds(&run),
        [
            Success,
            Failed,
            Skipped,
            Success,
            Success,
            TriggerFailed,
            TriggerFailed,
            Skipped
        ]
    );
    let survey = run.result(f.s())?;
    assert_eq!((&*survey[0], &*survey[2]), ("Success(1)", "Skipped"));
    assert_holds(&survey[1], &["Failed", "too large"]);
    assert_eq!(*run.result(f.p())?, 1);
    Ok(())
}
