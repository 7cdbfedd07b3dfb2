//! A node's own target: `#[node(target = "…")]`. What it may name, that it stands in the place of its task's, and that all
//! the rules of targets hold for it.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Failed, Success};
use flow_runtime::checkpoint::escaped;
use flow_runtime::{Date, Runner, drawing, flow, task};
use serde::{Deserialize, Serialize};

use crate::place::{Place, Tested, assert_holds, assert_says, digests, kinds};

const DAY: Date = Date::constant(2026, 11, 23);

#[test]
fn two_nodes_of_one_task_have_each_its_own_and_are_reused() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task]
    fn sum(rows: &[u32]) -> u32 {
        BODIES.fetch_add(1, SeqCst);
        rows.iter().sum()
    }

    let f = flow! {
        #[node(target = "sums/first.txt")]
        a = sum(&[1, 2]);
        #[node(target = "sums/<node>.json")]
        b = sum(&[3, 4]);
        c = sum(&[a + 1, b + 1]);
        c
    };
    let place = Place::new()?;
    let run = place.runner().run(f)?;
    assert_eq!((kinds(&run), *run.output()), (vec![Success; 3], 12));
    assert_eq!(place.files()?, ["sums/b.json", "sums/first.txt"]);
    assert_eq!(place.read("sums/first.txt")?, "3");
    assert_eq!(place.read("sums/b.json")?, "7\n");

    let second = place.runner().run(f)?;
    assert_eq!(kinds(&second), [Cached, Cached, Success]);
    assert_says(
        &second,
        f.a(),
        Cached,
        &["unchanged since run", run.id().as_str()],
    );
    assert_eq!((*second.result(f.b())?, BODIES.load(SeqCst)), (7, 4));
    Ok(())
}

#[test]
fn it_stands_in_the_place_of_the_tasks_target() -> Tested {
    #[task(target = "task/<task_name>.json")]
    fn double(n: u32) -> u32 {
        2 * n
    }

    let f = flow! {
        a = double(1);
        #[node(target = "node/{task_name}.txt")]
        b = double(a);
        #[node(target = "plain", format = json)]
        c = double(b);
        c
    };
    let place = Place::new()?;
    place.runner().run(f)?;
    assert_eq!(place.files()?, ["node/double.txt", "plain", "task/double.json"]);
    assert_eq!(
        (place.read("node/double.txt")?, place.read("plain")?),
        ("4".to_owned(), "8\n".to_owned())
    );
    assert_eq!(kinds(&place.runner().run(f)?), [Cached; 3]);
    let spec = <_ as flow_runtime::Start>::spec(&f);
    assert_holds(
        &drawing::dot(spec),
        &["task/<task_name>.json", "node/{task_name}.txt"],
    );
    Ok(())
}

#[test]
fn it_names_parameters_of_the_flow_and_an_argument_of_the_name_wins() -> Tested {
    #[task]
    fn count(text: &str) -> usize {
        text.len()
    }

    flow! {
        fn counted(day: Date, text: String) -> usize {
            #[node(target = "<day>/{date:%Y}-<text>-<flow_name>.txt")]
            n = count(&format!("{text}{text}"));
            n
        }
    }

    let place = Place::new()?;
    let run = |day: Date| place.runner().date(DAY).run(counted(day, "abc".to_owned()));
    assert_eq!(*run(DAY)?.output(), 6);
    assert_eq!(place.files()?, ["2026-11-23/2026-abcabc-counted.txt"]);
    assert_eq!(kinds(&run(DAY)?), [Cached]);
    assert_eq!(kinds(&run(DAY.tomorrow()?)?), [Success]);
    assert_eq!(place.files()?.len(), 2);
    Ok(())
}

/// Shown otherwise than it is written.
#[derive(Clone, Serialize, Deserialize)]
struct Station(u32);

impl fmt::Display for Station {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "station-{}", self.0)
    }
}

#[test]
fn an_argument_is_shown_wherever_it_comes_from() -> Tested {
    #[task]
    fn station(number: u32) -> Station {
        Station(number)
    }

    #[task]
    #[allow(clippy::needless_pass_by_value, reason = "a parameter that borrows inside")]
    fn describe(at: &Station, note: Cow<'_, str>, share: f32) -> String {
        format!("{at}: {note} {share}")
    }

    #[task]
    async fn describe_later(at: &Station, note: Cow<'_, str>, share: f32) -> String {
        describe(at, note, share)
    }

    flow! {
        fn stations(given: Station) {
            made = station(7);
            #[node(target = "<at>/{note}/<share>.txt")]
            bare = describe(given, "spring".into(), 0.25);
            #[node(target = "<at>/{note}/<share>.txt")]
            computed = describe(made, Cow::Owned(format!("{made}-summer")), 0.1 + 0.2);
            #[node(target = "<at>/<share>/{note}.txt")]
            named = describe_later(note: "autumn".into(), share: 0.123456789, at: &Station(made.0 + 1));
            #[node(target = "<at>-<given>.txt")]
            positional = describe_later(made, "winter".into(), 1.0);
        }
    }

    let place = Place::new()?;
    let files = [
        "station-3/spring/0.25.txt",
        "station-7-station-3.txt",
        "station-7/station-7-summer/0.3.txt",
        "station-8/0.12345679/autumn.txt",
    ];
    place.runner().run(stations(Station(3)))?;
    assert_eq!(place.files()?, files);
    assert_eq!(place.read(files[2])?, "station-7: station-7-summer 0.3");
    let run = place.runner().run(stations(Station(3)))?;
    assert_eq!(kinds(&run), [Success, Cached, Cached, Cached, Cached]);
    assert_eq!(place.files()?, files);
    assert_eq!(run.result(stations::named)?, "station-8: autumn 0.12345679");
    // In memory nobody asks for a path.
    assert_eq!(
        kinds(&Runner::in_memory().run(stations(Station(3)))?),
        [Success; 5]
    );
    Ok(())
}

#[test]
fn a_path_that_needs_no_result_is_found_without_loading_any() -> Tested {
    #[task(target = "rows.json")]
    fn rows() -> Vec<u32> {
        vec![1, 2, 3]
    }

    #[task]
    fn report(rows: &[u32], of: &str, share: f64) -> String {
        format!("{of} {share} {}", rows.len())
    }

    flow! {
        fn reports(day: Date, label: String) {
            r = rows();
            #[node(target = "<day>/<of>-<share>.txt")]
            t = report(r, label, 0.5);
        }
    }

    let place = Place::new()?;
    let flow = || reports(DAY, "all".to_owned());
    place.runner().run(flow())?;
    // Bytes that hold no rows, under records that say that they are the rows: whoever loads them fails.
    let bytes = place.read("rows.json")?;
    let torn = bytes.replace('3', "]");
    place.write("rows.json", &torn)?;
    let records = ["rows.json", "2026-11-23.d/all-0.5.txt"];
    for (record, (true_digest, torn_digest)) in records
        .into_iter()
        .zip(digests(&bytes).into_iter().zip(digests(&torn)))
    {
        let record = format!(".flow/records/{record}.json");
        let told = place.read(&record)?;
        assert_holds(&told, &[&true_digest]);
        place.write(&record, &told.replace(&true_digest, &torn_digest))?;
    }
    let run = place.runner().run(flow())?;
    assert_eq!(kinds(&run), [Cached, Cached]);
    assert!(run.result(reports::r).is_err());
    Ok(())
}

#[test]
fn another_format_makes_it_stale_though_the_task_has_not_changed() -> Tested {
    #[task]
    fn seven() -> u32 {
        7
    }

    let text = flow! { #[node(target = "seven", format = text)] a = seven(); a };
    let json = flow! { #[node(target = "seven", format = json)] a = seven(); a };
    let place = Place::new()?;
    place.runner().run(text)?;
    let run = place.runner().run(json)?;
    assert_says(&run, json.a(), Success, &["made again: its format was text"]);
    assert_eq!(place.read("seven")?, "7\n");
    Ok(())
}

#[test]
fn a_file_by_hand_must_decode_in_the_format_of_the_node() -> Tested {
    #[task(target = "<task_name>.json")]
    fn words() -> String {
        "from the body".to_owned()
    }

    let f = flow! { #[node(target = "words.txt")] a = words(); a };
    let place = Place::new()?;
    place.write("words.txt", "\"by hand")?;
    let run = place.runner().run(f)?;
    assert_says(&run, f.a(), Cached, &["made by hand"]);
    assert_eq!(run.output(), "\"by hand");
    Ok(())
}

#[test]
fn paths_that_meet_only_by_their_values_fail_the_second_node_before_its_body_runs() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "<name>.txt")]
    fn length(name: &str) -> usize {
        BODIES.fetch_add(1, SeqCst);
        name.len()
    }

    flow! {
        fn lengths(first: String, second: String) {
            a = length(first);
            #[node(target = "<second>.txt")]
            b = length("whatever", upstream: [a]);
        }
    }

    let place = Place::new()?;
    let run = place
        .runner()
        .run_to_end(lengths("n".to_owned(), "n".to_owned()))?;
    assert_eq!(kinds(&run), [Success, Failed]);
    assert_says(&run, lengths::b, Failed, &["`a`", "`b`", "n.txt"]);
    assert_eq!(
        (BODIES.load(SeqCst), place.files()?),
        (1, vec!["n.txt".to_owned()])
    );
    Ok(())
}

#[test]
fn values_in_it_are_parts_of_one_name() -> Tested {
    #[task]
    fn echo(text: &str) -> String {
        text.to_owned()
    }

    flow! {
        fn echoes(folder: String) {
            a = echo(folder);
            #[node(target = "<folder>/x.txt")]
            early = echo("x");
            #[node(target = "<text>/y.txt")]
            late = echo(a);
        }
    }

    for hostile in ["", "..", "a/b", "../../escaped", "a\nb"] {
        let place = Place::new()?;
        let run = place.runner().run_to_end(echoes(hostile.to_owned()))?;
        assert_eq!(kinds(&run), [Success; 3], "{hostile:?}");
        let name = escaped(hostile);
        assert_eq!(place.files()?, [format!("{name}/x.txt"), format!("{name}/y.txt")]);
        let run = place.runner().run_to_end(echoes(hostile.to_owned()))?;
        assert_eq!(kinds(&run), [Success, Cached, Cached], "{hostile:?}");
    }
    Ok(())
}
