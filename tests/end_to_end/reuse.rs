//! Reuse across runs: what is found again, and what makes a target stale.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::{flow, task};

use crate::place::{Place, Tested, assert_holds, assert_lacks, assert_says, kinds};

#[test]
fn a_target_that_exists_is_reused() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "<task_name>.json")]
    fn rows() -> Vec<u32> {
        BODIES.fetch_add(1, SeqCst);
        vec![1, 2, 3]
    }

    #[task(target = "<node>/<task_name>.txt")]
    fn total(rows: &[u32]) -> u32 {
        BODIES.fetch_add(1, SeqCst);
        rows.iter().sum()
    }

    let f = flow! { r = rows(); t = total(r); t };
    let place = Place::new()?;
    let first = place.runner().run(f)?;
    assert_eq!(kinds(&first), [Success, Success]);
    assert_eq!(place.files()?, ["rows.json", "t/total.txt"]);
    assert_eq!(place.read("rows.json")?, "[\n  1,\n  2,\n  3\n]\n");
    assert_eq!(place.read("t/total.txt")?, "6");

    let second = place.runner().run(f)?;
    assert_eq!(kinds(&second), [Cached, Cached]);
    assert_says(
        &second,
        f.t(),
        Cached,
        &["unchanged since run", first.id().as_str()],
    );
    assert_eq!((*second.output(), BODIES.load(SeqCst)), (6, 2));
    assert_eq!(second.result(f.r())?, &[1, 2, 3]);
    Ok(())
}

#[test]
fn what_is_missing_is_made_and_what_depends_on_the_same_bytes_is_reused() -> Tested {
    #[task(target = "a.txt")]
    fn one() -> u32 {
        1
    }

    #[task(target = "b.txt")]
    fn next(x: u32) -> u32 {
        x + 1
    }

    let f = flow! { a = one(); b = next(a); b };
    let place = Place::new()?;
    place.runner().run(f)?;
    std::fs::remove_file(place.root().join("a.txt"))?;
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Success, Cached]);
    std::fs::remove_file(place.root().join("b.txt"))?;
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Cached, Success]);
    assert_eq!(place.read("b.txt")?, "2");
    Ok(())
}

#[test]
fn what_only_an_argument_tells_the_path_of_is_reused_and_can_be_read() -> Tested {
    #[task]
    fn name() -> String {
        "north".to_owned()
    }

    #[task(target = "<station>.txt")]
    fn kept(station: &str) -> usize {
        station.len()
    }

    #[task(target = "<station>-async.txt")]
    async fn kept_async(station: &str) -> usize {
        tokio::task::yield_now().await;
        station.len()
    }

    let f = flow! { n = name(); a = kept(n); b = kept_async(n); c = kept_async(&format!("{n}-{a}-{b}")); a };
    let place = Place::new()?;
    let first = place.runner().run(f)?;
    let second = place.runner().run(f)?;
    assert_eq!(kinds(&second), [Success, Cached, Cached, Cached]);
    assert_says(
        &second,
        f.a(),
        Cached,
        &["unchanged since run", first.id().as_str()],
    );
    assert_eq!((*second.output(), *second.result(f.c())?), (5, 9));
    Ok(())
}

#[test]
fn a_result_without_a_target_is_computed_again_and_its_bytes_decide_downstream() -> Tested {
    #[task]
    fn input(text: &str) -> String {
        text.trim().to_owned()
    }

    #[task(target = "length.txt")]
    fn length(text: &str) -> usize {
        text.len()
    }

    flow! { fn measured(text: String) -> usize { i = input(text); n = length(i); n } }

    let place = Place::new()?;
    place.runner().run(measured("abc".to_owned()))?;
    let run = place.runner().run(measured("abc  ".to_owned()))?;
    assert_eq!(kinds(&run), [Success, Cached]);
    let run = place.runner().run(measured("abcd".to_owned()))?;
    assert_eq!(kinds(&run), [Success, Success]);
    assert_says(&run, measured::n, Success, &["argument `text` changed"]);
    Ok(())
}

#[test]
fn the_order_of_a_map_in_a_result_without_a_target_changes_nothing_downstream() -> Tested {
    type Counts = std::collections::HashMap<String, std::collections::HashMap<u32, u32>>;

    // Every `HashMap` iterates in an order of its own.
    #[task]
    fn counted() -> Counts {
        (0..50)
            .map(|n| (n.to_string(), (0..20).map(|m| (m, n)).collect()))
            .collect()
    }

    #[task(target = "words.txt")]
    fn words(counts: &Counts) -> usize {
        counts.len()
    }

    let f = flow! { c = counted(); w = words(c); w };
    let place = Place::new()?;
    place.runner().run(f)?;
    for _ in 0..3 {
        assert_eq!(kinds(&place.runner().run(f)?), [Success, Cached]);
    }
    let run = place.runner().given(f.c(), counted()).run(f)?;
    assert_eq!(kinds(&run), [Success, Cached]);
    let run = place.runner().given(f.c(), Counts::new()).run(f)?;
    assert_says(&run, f.w(), Success, &["argument `counts` changed"]);
    Ok(())
}

#[test]
fn another_argument_makes_a_target_stale_and_replacing_it_says_which() -> Tested {
    #[task(target = "scaled.txt")]
    fn scaled(value: i64, by: i64, note: &str) -> i64 {
        let _ = note;
        value * by
    }

    flow! {
        fn scaling(value: i64, by: i64) -> i64 { s = scaled(value, by, "fixed"); s }
    }

    let place = Place::new()?;
    place.runner().run(scaling(2, 3))?;
    let run = place.runner().run(scaling(2, 4))?;
    let message = run.node_state(scaling::s).message;
    assert_says(&run, scaling::s, Success, &["argument `by` changed", "3", "4"]);
    assert_lacks(&message, &["value", "note"]);
    assert_eq!(place.read("scaled.txt")?, "8");
    // The same arguments again: found again.
    assert_eq!(kinds(&place.runner().run(scaling(2, 4))?), [Cached]);
    assert_eq!(kinds(&place.runner().run(scaling(2, 3))?), [Success]);
    Ok(())
}

#[test]
fn ordering_edges_are_no_arguments() -> Tested {
    #[task(target = "a.txt")]
    fn first(x: u32) -> u32 {
        x
    }

    #[task(target = "b.txt")]
    fn second() -> u32 {
        7
    }

    flow! { fn ordered(x: u32) -> u32 { a = first(x); b = second(upstream: [a]); b } }

    let place = Place::new()?;
    place.runner().run(ordered(1))?;
    let run = place.runner().run(ordered(2))?;
    assert_eq!(kinds(&run), [Success, Cached]);
    let without_edge = flow! { b = second(); b };
    assert_eq!(kinds(&place.runner().run(without_edge)?), [Cached]);
    Ok(())
}

#[test]
fn another_version_makes_a_target_stale() -> Tested {
    let place = Place::new()?;
    {
        #[task(target = "n.txt")]
        fn number() -> u32 {
            1
        }
        place.runner().run(flow! { n = number(); n })?;
    }

    #[task(target = "n.txt", version = 2)]
    fn number() -> u32 {
        2
    }
    let f = flow! { n = number(); n };
    let run = place.runner().run(f)?;
    assert_says(&run, f.n(), Success, &["version", "2"]);
    assert_eq!(place.read("n.txt")?, "2");
    assert_eq!(kinds(&place.runner().run(f)?), [Cached]);
    Ok(())
}

#[test]
fn another_output_type_makes_a_target_stale() -> Tested {
    let place = Place::new()?;
    {
        #[task(target = "n.txt")]
        fn number() -> u8 {
            1
        }
        place.runner().run(flow! { n = number(); n })?;
    }

    #[task(target = "n.txt")]
    fn number() -> u64 {
        300
    }
    let f = flow! { n = number(); n };
    let run = place.runner().run(f)?;
    assert_says(&run, f.n(), Success, &["type", "u8"]);
    assert_eq!(*run.output(), 300);
    Ok(())
}

#[test]
fn another_task_makes_a_target_stale() -> Tested {
    #[task(target = "shared.txt")]
    fn old() -> u32 {
        1
    }

    #[task(target = "shared.txt")]
    fn new() -> u32 {
        2
    }

    let place = Place::new()?;
    place.runner().run(flow! { n = old(); n })?;
    let f = flow! { n = new(); n };
    let run = place.runner().run(f)?;
    assert_says(&run, f.n(), Success, &["old", "made it"]);
    assert_eq!(*run.output(), 2);
    Ok(())
}

#[test]
fn an_edited_body_is_reused_and_said() -> Tested {
    let place = Place::new()?;
    {
        #[task(target = "n.txt")]
        fn number() -> u32 {
            1
        }
        place.runner().run(flow! { n = number(); n })?;
    }

    #[task(target = "n.txt")]
    fn number() -> u32 {
        // A comment is no edit; another number is one.
        2
    }
    let f = flow! { n = number(); n };
    let run = place.runner().run(f)?;
    assert_says(&run, f.n(), Cached, &["unchanged since run", "body", "edited"]);
    assert_eq!(*run.output(), 1);

    // Forced, it is of this body, and nothing is said any more.
    assert_eq!(*place.runner().force().run(f)?.output(), 2);
    assert_lacks(&place.runner().run(f)?.node_state(f.n()).message, &["edited"]);
    Ok(())
}

#[test]
fn an_edited_body_runs_again_where_the_task_says_so() -> Tested {
    let place = Place::new()?;
    {
        #[task(target = "n.txt", on_change = rerun)]
        fn number() -> u32 {
            1
        }
        #[task(target = "m.txt", on_change = rerun)]
        fn more(number: u32) -> u32 {
            number + 1
        }
        place.runner().run(flow! { n = number(); m = more(n); m })?;
    }

    // The text is another one, and the number is the same.
    #[task(target = "n.txt", on_change = rerun)]
    fn number() -> u32 {
        2 - 1
    }
    #[task(target = "m.txt", on_change = rerun)]
    fn more(number: u32) -> u32 {
        number + 1
    }
    let f = flow! { n = number(); m = more(n); m };
    let run = place.runner().run(f)?;
    assert_says(&run, f.n(), Success, &["its body was edited"]);
    // It was made of the same.
    assert_says(&run, f.m(), Cached, &["unchanged since run"]);
    assert_eq!(kinds(&place.runner().run(f)?), [Cached, Cached]);
    // What is no body's is not made again for one.
    std::fs::write(place.root().join("n.txt"), "7")?;
    let run = place.runner().run(f)?;
    assert_says(&run, f.n(), Cached, &["by hand"]);
    assert_eq!(*run.output(), 8);
    Ok(())
}

#[test]
fn comments_and_docs_are_no_edit_of_a_body() -> Tested {
    let place = Place::new()?;
    {
        #[task(target = "n.txt")]
        fn number() -> u32 {
            1 + 1
        }
        place.runner().run(flow! { n = number(); n })?;
    }

    /// Documented since.
    #[task(target = "n.txt")]
    fn number() -> u32 {
        // Commented since.
        1 + 1
    }
    let f = flow! { n = number(); n };
    let run = place.runner().run(f)?;
    assert_eq!(run.node_state(f.n()).kind, Cached);
    assert_lacks(&run.node_state(f.n()).message, &["edited"]);
    Ok(())
}

#[test]
fn tasks_of_one_name_in_two_functions_are_two_tasks() -> Tested {
    fn first(place: &Place) -> Result<u8, Box<dyn std::error::Error>> {
        #[task(target = "one.txt")]
        fn one() -> u8 {
            1
        }

        Ok(*place.runner().run(flow! { a = one(); a })?.output())
    }

    fn second(place: &Place) -> Result<u8, Box<dyn std::error::Error>> {
        #[task(target = "one.txt")]
        fn one() -> u8 {
            2
        }

        Ok(*place.runner().run(flow! { a = one(); a })?.output())
    }

    let place = Place::new()?;
    assert_eq!((first(&place)?, second(&place)?), (1, 2));
    let record = place.read(".flow/records/one.txt.json")?;
    assert_holds(&record, &["two_functions_are_two_tasks::second::one\""]);
    Ok(())
}

#[test]
fn a_record_calls_a_task_by_its_module_and_its_function() -> Tested {
    let place = Place::new()?;
    place.runner().run(flow! { a = plain("x"); a })?;
    let record = place.read(".flow/records/plain.txt.json")?;
    assert_holds(&record, &["\"task\": \"end_to_end::reuse::plain\""]);
    Ok(())
}

/// A lifetime of its struct is no part of its name.
#[task(target = "<task_name>.txt")]
fn plain(text: &str) -> String {
    text.to_owned()
}
