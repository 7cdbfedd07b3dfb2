//! Targets: how values get into paths, and what stays out.

use flow_runtime::StateType::{Cached, Failed, Success};
use flow_runtime::checkpoint::escaped;
use flow_runtime::{Date, Outcome, Runner, StateType, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, digests, kinds};

#[task(target = "<station>/<year>-<share>-{flag}/<task_name>.<node>.txt")]
fn labelled(station: &str, year: i16, share: f64, flag: bool) -> u32 {
    let _ = (station, year, share, flag);
    1
}

#[test]
fn variables_are_written_by_display() -> Tested {
    flow! {
        #[flow(name = "labels")]
        fn labels(year: i16, share: f64) {
            fed = labelled("north", year, share, true);
            literal = labelled("south", -5, 0.50, false);
        }
    }

    let place = Place::new()?;
    place.runner().run(labels(2026, 0.1))?;
    assert_eq!(
        place.files()?,
        [
            "north/2026-0.1-true/labelled.fed.txt",
            "south/-5-0.5-false/labelled.literal.txt"
        ]
    );
    Ok(())
}

#[test]
fn the_version_of_a_task_and_a_digest_of_its_arguments_may_stand_in_a_path() -> Tested {
    #[task]
    fn list(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    #[task(target = "v<version>/<args>.txt", version = "2/b")]
    fn total(of: &[u32], factor: u32) -> u32 {
        of.iter().sum::<u32>() * factor
    }

    flow! {
        fn totals(count: u32, factor: u32) -> u32 {
            l = list(count);
            t = total(l, factor);
            // Told by the same arguments, but for one.
            #[node(target = "of/<args>-<version>.txt")]
            named = total(factor: 7, of: l);
            t
        }
    }

    let place = Place::new()?;
    let run = place.runner().run(totals(4, 10))?;
    assert_eq!(kinds(&run), [Success; 3]);
    let files = place.files()?;
    let (named, told) = (&files[0], &files[1]);
    let digits = |file: &str, before: &str, after: &str| {
        let digits = file
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        let digits = digits.unwrap_or_else(|| panic!("{file}")).to_owned();
        assert!(
            digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
            "{file}"
        );
        digits
    };
    let first = digits(told, "v2%2Fb/", ".txt");
    assert_ne!(first, digits(named, "of/", "-2%2Fb.txt"));
    // The same arguments are found, wherever they come from; others lie beside them.
    assert_eq!(
        kinds(&place.runner().run(totals(4, 10))?),
        [Success, Cached, Cached]
    );
    assert_eq!(
        kinds(&place.runner().run(totals(4, 20))?),
        [Success, Success, Cached]
    );
    assert_eq!(
        kinds(&place.runner().run(totals(4, 10))?),
        [Success, Cached, Cached]
    );
    assert_eq!(place.files()?.len(), 3);
    // A forgetful store finds them by a recorded run too: a run that goes on reads what it has said.
    let state = run.run_state()?;
    let again = place.runner().resume(totals::restore(state)?)?;
    assert_eq!(*again.output(), 60);
    Ok(())
}

#[test]
fn arguments_that_may_be_missing_have_a_digest_too() -> Tested {
    #[task]
    fn number(of: u32) -> Result<u32, String> {
        if of > 9 {
            Err(format!("{of} is too large"))
        } else {
            Ok(of)
        }
    }

    #[task(target = "<args>.txt", trigger = all_finished)]
    fn survey(parts: &[Outcome<&u32>]) -> usize {
        parts.iter().filter(|part| part.is_success()).count()
    }

    flow! { fn surveys(x: u32, y: u32) -> usize { a = number(x); b = number(y); s = survey([a, b]); s } }

    let place = Place::new()?;
    let last = |x, y| -> Tested<StateType> {
        let run = place.runner().run_to_end(surveys(x, y))?;
        Ok(kinds(&run)[2])
    };
    assert_eq!(last(1, 10)?, Success);
    // In the same place, and made again: what such a node reads of a failure nobody knows.
    assert_eq!((last(1, 10)?, place.files()?.len()), (Success, 1));
    // Another failure, and a success in its place.
    assert_eq!([last(1, 11)?, last(1, 2)?, last(10, 1)?], [Success; 3]);
    assert_eq!(place.files()?.len(), 4);
    Ok(())
}

#[test]
fn arguments_of_which_one_has_no_digest_have_none() -> Tested {
    #[task(checkpoint = false)]
    fn passing() -> u32 {
        1
    }

    #[task(target = "<args>.txt")]
    fn kept(of: u32) -> u32 {
        of
    }

    let f = flow! { p = passing(); k = kept(p); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed]);
    assert_says(
        &run,
        f.k(),
        Failed,
        &["`<args>` cannot be told: `p` has no digest"],
    );
    assert_holds(&run.report().unwrap_or_default(), &["no `checkpoint = false`"]);
    Ok(())
}

#[test]
fn a_path_is_the_same_whether_a_parameter_or_a_result_feeds_it() -> Tested {
    #[task(target = "<x>/<y>/<z>.txt")]
    fn kept(x: f32, y: char, z: Date) -> u32 {
        let _ = (x, y, z);
        1
    }

    #[task]
    fn single(x: f32) -> f32 {
        x
    }

    #[task]
    fn letter() -> char {
        'é'
    }

    flow! { fn by_literal(z: Date) { k = kept(0.10, 'é', z); } }
    flow! { fn by_result(z: Date) { x = single(0.1); y = letter(); k = kept(x, y, z); } }

    let day = Date::constant(2026, 2, 3);
    let place = Place::new()?;
    place.runner().run(by_literal(day))?;
    assert_eq!(place.files()?, ["0.1/é/2026-02-03.txt"]);
    place.runner().run(by_result(day))?;
    assert_eq!(place.files()?, ["0.1/é/2026-02-03.txt"]);
    Ok(())
}

#[test]
fn a_path_fed_by_a_parameter_or_literal_is_rendered_without_loading_upstream() -> Tested {
    #[task(target = "rows.json")]
    fn rows() -> Vec<u32> {
        vec![1, 2, 3]
    }

    #[task(target = "<day>/<label>.txt")]
    fn report(rows: &[u32], day: Date, label: &str) -> String {
        format!("{day} {label} {}", rows.len())
    }

    flow! { fn reports(day: Date) { r = rows(); t = report(r, day, "all"); } }

    let day = Date::constant(2026, 2, 3);
    let place = Place::new()?;
    place.runner().run(reports(day))?;
    // Bytes that hold no rows, under a record that says that they are the rows: whoever loads them fails.
    let bytes = place.read("rows.json")?;
    let torn = bytes.replace('3', "]");
    place.write("rows.json", &torn)?;
    // The record of what depends on it is told of the same bytes, so that nothing about it is stale.
    let records = ["rows.json", "2026-02-03.d/all.txt"];
    for (record, (true_digest, torn_digest)) in records
        .into_iter()
        .zip(digests(&bytes).into_iter().zip(digests(&torn)))
    {
        let record = format!(".flow/records/{record}.json");
        let told = place.read(&record)?;
        assert_holds(&told, &[&true_digest]);
        place.write(&record, &told.replace(&true_digest, &torn_digest))?;
    }

    let run = place.runner().run(reports(day))?;
    assert_eq!(kinds(&run), [Cached, Cached]);
    assert!(run.result(reports::r).is_err());
    Ok(())
}

#[test]
fn values_in_a_path_are_parts_of_one_name() -> Tested {
    #[task(target = "in/<name>.txt")]
    fn inside(name: &str) -> u32 {
        let _ = name;
        1
    }

    #[task(target = "<name>/x.txt")]
    fn folder(name: &str) -> u32 {
        let _ = name;
        1
    }

    #[task]
    fn computed(name: &str) -> String {
        name.to_owned()
    }

    flow! { fn early(name: String) { n = inside(name); } }
    flow! { fn late(name: String) { c = computed(name); n = folder(c); } }

    let hostile = [
        "",
        ".",
        "..",
        "/",
        "/etc/passwd",
        "../../escaped",
        "a/b",
        "a\\b",
        "a\nb",
        "nul\0nul",
        "\u{1b}[31mred",
        "tab\t",
        "\u{7f}",
        "\u{85}",
    ];
    for name in hostile {
        let place = Place::new()?;
        for kind in [Success, Cached] {
            let run = place.runner().run_to_end(early(name.to_owned()))?;
            assert_eq!(kinds(&run), [kind], "{name:?}");
            let run = place.runner().run_to_end(late(name.to_owned()))?;
            assert_eq!(kinds(&run), [Success, kind], "{name:?}");
        }
        let part = escaped(name);
        assert!(!part.chars().any(char::is_control), "{part:?}");
        let mut files = [format!("in/{part}.txt"), format!("{part}/x.txt")];
        files.sort();
        assert_eq!(place.files()?, files, "{name:?}");
        // Nothing beside the store either.
        let beside: Vec<_> = std::fs::read_dir(place.around())?.collect::<Result<_, _>>()?;
        assert!(beside.len() <= 1, "{beside:?}");
    }
    Ok(())
}

#[test]
fn the_stores_own_directory_is_out_of_reach() -> Tested {
    #[task(target = "<name>/x.txt")]
    fn folder(name: &str) -> u32 {
        let _ = name;
        1
    }

    #[task(target = ".<name>/x.txt")]
    fn dot(name: &str) -> u32 {
        let _ = name;
        1
    }

    flow! { fn named(name: String) { n = folder(name); } }
    flow! { fn dotted(name: String) { n = dot(name); } }

    for name in [".flow", ".FLOW", ".Flow"] {
        let place = Place::new()?;
        let run = place.runner().run_to_end(named(name.to_owned()))?;
        assert_eq!(kinds(&run), [Success]);
        assert_eq!(place.files()?, [format!("%2E{}/x.txt", &name[1..])]);
        // Nor is it where the template has a part of its name.
        let run = place.runner().run_to_end(dotted(name[1..].to_owned()))?;
        assert_says(&run, dotted::n, Failed, &["the store's own directory"]);
    }
    Ok(())
}

#[test]
fn any_other_name_is_a_name() -> Tested {
    #[task(target = "<name>.txt")]
    fn named(name: &str) -> String {
        name.to_owned()
    }

    flow! { fn naming(name: String) -> String { n = named(name); n } }

    for name in [
        "日本語",
        "e\u{301}",
        "👩‍👩‍👧",
        "שלום",
        "a b",
        " leading",
        "…",
        "...",
        "-rf",
        "~",
        "$HOME",
        "`id`",
        "*?\"<>|:",
        "con",
        "<date>",
        "{node}",
        "a\u{202e}b",
    ] {
        let place = Place::new()?;
        let run = place.runner().run(naming(name.to_owned()))?;
        assert_eq!(place.files()?, [format!("{name}.txt")]);
        assert_eq!(run.output(), name);
        assert_eq!(
            kinds(&place.runner().run(naming(name.to_owned()))?),
            [Cached],
            "{name:?}"
        );
    }
    Ok(())
}

#[test]
fn a_name_that_is_too_long_is_its_nodes_failure_before_its_body_runs() -> Tested {
    #[task(target = "<name>.txt")]
    fn named(name: &str) -> u32 {
        assert!(name.len() < 200, "the body ran");
        1
    }

    flow! { fn naming(name: String) { n = named(name); } }

    let place = Place::new()?;
    place.runner().run(naming("x".repeat(199)))?;
    for name in ["x".repeat(252), "日".repeat(100), "x".repeat(100_000)] {
        let run = place.runner().run_to_end(naming(name))?;
        assert_says(&run, naming::n, Failed, &["`<name>`", "bytes of at most"]);
        let message = run.node_state(naming::n).message;
        assert!(message.len() < 2000, "{} bytes of message", message.len());
    }
    assert_eq!(place.files()?.len(), 1);
    Ok(())
}

#[test]
fn a_path_that_is_too_deep_for_the_system_is_its_nodes_failure() -> Tested {
    #[task(
        target = "<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>/<a>.txt"
    )]
    fn deep(a: &str) -> u32 {
        let _ = a;
        1
    }

    flow! { fn deepest(a: String) { n = deep(a); } }

    let place = Place::new()?;
    let run = place.runner().run_to_end(deepest("x".repeat(200)))?;
    assert_eq!(kinds(&run), [Failed]);
    assert!(place.files()?.is_empty() && place.unfinished()?.is_empty());
    Ok(())
}

#[test]
fn a_run_in_memory_writes_nothing() -> Tested {
    flow! { fn labels() { fed = labelled("north", 1, 1.0, true); } }

    let place = Place::new()?;
    let before = std::fs::read_dir(".")?.count();
    Runner::in_memory().run(labels())?;
    assert_eq!(
        (place.files()?.len(), std::fs::read_dir(".")?.count()),
        (0, before)
    );
    Ok(())
}
