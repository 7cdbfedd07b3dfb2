//! What is written into targets, and that it comes back exactly.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::checkpoint::Format;
use flow_runtime::{BoxError, flow, task};

use crate::place::{Place, Tested, kinds};

#[test]
fn unit_is_a_value() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "<node>.txt")]
    fn told() {
        BODIES.fetch_add(1, SeqCst);
    }

    #[task(target = "<task_name>.json")]
    fn told_json() {
        BODIES.fetch_add(1, SeqCst);
    }

    #[task]
    fn after(told: ()) -> u32 {
        let () = told;
        7
    }

    let f = flow! { t = told(); j = told_json(); a = after(t); b = after(j); };
    let place = Place::new()?;
    let run = place.runner().run(f)?;
    assert_eq!(
        (
            place.read("t.txt")?.as_str(),
            place.read("told_json.json")?.as_str()
        ),
        ("", "null\n")
    );
    assert_eq!(run.result(f.t())?, &());
    let () = *run.output();
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Cached, Cached, Success, Success]);
    assert_eq!(BODIES.load(SeqCst), 2);
    Ok(())
}

#[test]
fn formats_hold_their_values_exactly() -> Tested {
    #[task(target = "s.txt")]
    fn text() -> String {
        "no final newline, \u{1f980} and \r\n inside\n\n".to_owned()
    }

    #[task(target = "b.bin")]
    fn bytes() -> Vec<u8> {
        (0..=255).collect()
    }

    #[task(target = "f.txt")]
    fn float() -> f64 {
        0.1 + 0.2
    }

    #[task(target = "o.json")]
    fn option() -> (Option<u8>, Option<u8>) {
        (Some(0), None)
    }

    #[task(target = "n.data", format = json)]
    fn named() -> (u8, String) {
        (1, "\u{0}".to_owned())
    }

    #[task(target = "d.json")]
    fn double() -> f64 {
        1e-310
    }

    let f = flow! { s = text(); b = bytes(); x = float(); o = option(); n = named(); d = double(); };
    let place = Place::new()?;
    place.runner().run(f)?;
    let run = place.runner().run(f)?;
    assert!(kinds(&run).iter().all(|kind| *kind == Cached), "{run:?}");
    assert_eq!(
        run.result(f.s())?,
        "no final newline, \u{1f980} and \r\n inside\n\n"
    );
    assert_eq!(run.result(f.b())?, &(0..=255).collect::<Vec<u8>>());
    assert_eq!(run.result(f.x())?.to_bits(), (0.1_f64 + 0.2).to_bits());
    assert_eq!(run.result(f.n())?, &(1, "\u{0}".to_owned()));
    assert_eq!(run.result(f.d())?.to_bits(), 1e-310_f64.to_bits());
    assert_eq!(
        std::fs::read(place.root().join("b.bin"))?,
        (0..=255).collect::<Vec<u8>>()
    );
    Ok(())
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Station {
    name: String,
    height: Option<f64>,
}

#[test]
fn tables_are_read_as_they_are_written_by_others_too() -> Tested {
    #[task(target = "stations.csv")]
    fn stations() -> Vec<Station> {
        vec![Station {
            name: "Davos, GR".to_owned(),
            height: Some(1594.5),
        }]
    }

    #[task]
    fn highest(stations: &[Station]) -> Option<String> {
        stations
            .iter()
            .max_by(|a, b| a.height.partial_cmp(&b.height).unwrap())
            .map(|found| found.name.clone())
    }

    let f = flow! { s = stations(); h = highest(s); h };
    let place = Place::new()?;
    assert_eq!(place.runner().run(f)?.output().as_deref(), Some("Davos, GR"));
    assert_eq!(place.read("stations.csv")?, "name,height\n\"Davos, GR\",1594.5\n");
    // As a spreadsheet leaves it: other columns, in another order, other ends of lines.
    std::fs::write(
        place.root().join("stations.csv"),
        "height,canton,name\r\n2106.5,GR,Weissfluhjoch\r\n,BE,\"M\u{fc}rren\"\r\n",
    )?;
    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Cached, Success]);
    assert_eq!(run.output().as_deref(), Some("Weissfluhjoch"));
    // What is no such table is said, and left as it is.
    std::fs::write(place.root().join("stations.csv"), "name\nDavos,1594\n")?;
    let run = place.runner().run_to_end(f)?;
    let message = run.node_state(f.s()).message.clone();
    assert!(message.contains("stations.csv"), "{message}");
    assert_eq!(place.read("stations.csv")?, "name\nDavos,1594\n");
    Ok(())
}

#[test]
fn equal_maps_are_equal_files() -> Tested {
    use std::collections::HashMap;

    #[task(target = "<node>.msgpack")]
    fn squares() -> HashMap<u32, u32> {
        (0..100).map(|number| (number, number * number)).collect()
    }

    #[task(target = "<node>.postcard")]
    fn cubes() -> HashMap<u32, HashMap<u8, u32>> {
        (0..100)
            .map(|number| (number, (0..9).map(|by| (by, number)).collect()))
            .collect()
    }

    let f = flow! { a = squares(); b = squares(); c = squares(); d = cubes(); e = cubes(); f = cubes(); };
    let place = Place::new()?;
    place.runner().run(f)?;
    let read = |name: &str| std::fs::read(place.root().join(name));
    for [first, second, third] in [
        ["a.msgpack", "b.msgpack", "c.msgpack"],
        ["d.postcard", "e.postcard", "f.postcard"],
    ] {
        let first = read(first)?;
        assert!(!first.is_empty());
        assert_eq!([read(second)?, read(third)?], [first.clone(), first]);
    }
    Ok(())
}

/// Results of thirty types, each in every format that takes it.
mod round_trips {
    use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
    use std::fmt::Debug;

    use flow_runtime::checkpoint::{Codec, Rows, Serializable, Text};
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Unit;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(u16);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        id: u64,
        name: String,
        ratio: Option<f32>,
        kind: Kind,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Plain,
        Other,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Tree {
        Leaf,
        Pair(Box<Tree>, Box<Tree>),
        Named { value: i8 },
    }

    fn row(id: u64) -> Row {
        let kind = if id == 0 { Kind::Plain } else { Kind::Other };
        Row {
            id,
            name: format!("a \"{id}\",\n\u{fc}"),
            ratio: (id > 1).then_some(0.5),
            kind,
        }
    }

    #[track_caller]
    fn comes_back<T: PartialEq + Debug + 'static>(codec: Codec, value: &T) {
        let bytes = (codec.encode)(value).unwrap_or_else(|error| panic!("{codec:?} of {value:?}: {error}"));
        let again = (codec.decode)(&bytes).unwrap_or_else(|error| panic!("{codec:?} of {value:?}: {error}"));
        assert_eq!(again.downcast_ref(), Some(value), "{codec:?}");
        if codec.name.starts_with(['m', 'p']) {
            // What is cut short is no value, and neither is what goes on; in postcard there are values without bytes.
            if let Some((_, cut)) = bytes.split_last() {
                assert!((codec.decode)(cut).is_err(), "{codec:?}");
            }
            assert!(
                (codec.decode)(&[bytes.as_slice(), &[0xc0]].concat()).is_err(),
                "{codec:?}"
            );
        }
    }

    #[track_caller]
    fn by_serde<T: Serializable + PartialEq + Debug + Send + Sync + 'static>(value: &T) {
        for codec in [
            Codec::json::<T>(),
            Codec::msgpack::<T>(),
            Codec::message_pack::<T>(),
            Codec::postcard::<T>(),
        ] {
            comes_back(codec, value);
        }
    }

    #[track_caller]
    fn as_text<M, T: Text<M> + PartialEq + Debug + Send + Sync + 'static>(value: &T) {
        comes_back(Codec::text::<T, M>(), value);
    }

    #[track_caller]
    fn as_rows<T: Rows + Serializable + PartialEq + Debug + Send + Sync + 'static>(value: &T) {
        comes_back(Codec::csv::<T>(), value);
        by_serde(value);
    }

    #[test]
    fn every_type_comes_back_from_every_format_that_takes_it() {
        macro_rules! both { ($($value:expr),+ $(,)?) => { $( as_text(&$value); by_serde(&$value); )+ } }
        both!(
            true,
            'x',
            0_u8,
            -1_i8,
            65_535_u16,
            i16::MIN,
            u32::MAX,
            i32::MIN,
            u64::MAX,
            i64::MIN
        );
        both!(1.0e-40_f32, 0.1_f64 + 0.2, "line\n".to_owned(), String::new());
        by_serde(&());
        by_serde(&Unit);
        by_serde(&Wrapped(7));
        by_serde(&Some(Some(3_u8)));
        by_serde(&None::<String>);
        by_serde(&(1_u8, "x".to_owned(), [0.5_f64; 3]));
        by_serde(&Tree::Pair(
            Box::new(Tree::Leaf),
            Box::new(Tree::Named { value: -5 }),
        ));
        by_serde(&BTreeMap::from([
            ("b".to_owned(), vec![1_u8]),
            ("a".to_owned(), vec![]),
        ]));
        by_serde(&HashMap::from([(3_u32, 'c'), (1, 'a')]));
        by_serde(&BTreeSet::from([3, 1, 2]));
        by_serde(&VecDeque::from([1_i64, 2]));
        by_serde(&Ok::<u8, String>(1));
        by_serde(&std::time::Duration::from_millis(1500));
        by_serde(&row(2));
        as_rows(&Vec::<Row>::new());
        as_rows(&(0..3).map(row).collect::<Vec<_>>());
        as_rows(&vec![(1_u8, true, "x".to_owned()), (2, false, String::new())]);
        as_rows(&vec![Kind::Plain, Kind::Other]);
        as_rows(&vec![Wrapped(1), Wrapped(2)]);
        as_rows(&vec![1.5_f64, f64::MIN_POSITIVE, f64::MAX]);
        comes_back(Codec::bytes::<Vec<u8>>(), &vec![0_u8, 255, 10]);
        as_rows(&vec![0_u8, 255]);
    }
}

#[test]
fn a_second_extension_compresses_what_the_format_writes() -> Tested {
    #[task(target = "<node>.csv.gz")]
    fn stations(count: u32) -> Vec<Station> {
        let station = |number| Station {
            name: format!("station {number}"),
            height: Some(f64::from(number)),
        };
        (0..count).map(station).collect()
    }

    #[task(target = "told/<node>.json.zst")]
    fn names(stations: &[Station]) -> Vec<String> {
        stations.iter().map(|station| station.name.clone()).collect()
    }

    #[task]
    fn count(names: &[String]) -> usize {
        names.len()
    }

    struct Lines;

    impl Format<Vec<String>> for Lines {
        const NAME: &'static str = "lines";

        fn encode(lines: &Vec<String>) -> Result<Vec<u8>, BoxError> {
            Ok(lines.join("\n").into_bytes())
        }

        fn decode(bytes: &[u8]) -> Result<Vec<String>, BoxError> {
            Ok(str::from_utf8(bytes)?.split('\n').map(str::to_owned).collect())
        }
    }

    /// Bytes that are compressed already, as they are downloaded.
    #[task(target = "raw/<node>.csv.gz", format = bytes)]
    fn download() -> Vec<u8> {
        vec![0x1f, 0x8b, 0, 1]
    }

    flow! {
        fn packed(n: u32) -> usize {
            d = download();
            s = stations(n);
            t = names(s);
            #[node(target = "own/<n>.gz", format = Lines)]
            l = names(s);
            #[node(target = "text.txt.zst")]
            c = count(t);
            c
        }
    }

    let place = Place::new()?;
    assert_eq!(*place.runner().run(packed(500))?.output(), 500);
    assert_eq!(
        std::fs::read(place.root().join("raw/d.csv.gz"))?,
        [0x1f, 0x8b, 0, 1]
    );
    let files = place.files()?;
    assert_eq!(
        files,
        [
            "own/500.gz",
            "raw/d.csv.gz",
            "s.csv.gz",
            "text.txt.zst",
            "told/t.json.zst"
        ]
    );
    let bytes = |file: &str| std::fs::read(place.root().join(file));
    // Any program reads them.
    assert_eq!(bytes("s.csv.gz")?[..2], [0x1f, 0x8b]);
    assert_eq!(bytes("told/t.json.zst")?[..4], [0x28, 0xb5, 0x2f, 0xfd]);
    let unpacked = std::process::Command::new("gzip")
        .args(["-dc"])
        .arg(place.root().join("s.csv.gz"))
        .output()?;
    let table = String::from_utf8(unpacked.stdout)?;
    assert!(table.starts_with("name,height\nstation 0,0.0\n"), "{table}");
    assert!(bytes("s.csv.gz")?.len() * 3 < table.len());
    // What was written is found, and what depends on it with it.
    let run = place.runner().run(packed(500))?;
    assert_eq!(kinds(&run), [Cached; 5]);
    // Made by hand by another program: read.
    let by_hand = place.around().join("rows.csv");
    std::fs::write(&by_hand, "name,height\nDavos,1594\n")?;
    let gzip = std::process::Command::new("gzip")
        .arg("-c")
        .arg(&by_hand)
        .output()?;
    std::fs::write(place.root().join("s.csv.gz"), gzip.stdout)?;
    let run = place.runner().run(packed(500))?;
    assert_eq!((kinds(&run)[1], *run.output()), (Cached, 1));
    // Damaged: said, and left as it is.
    let mut damaged = bytes("told/t.json.zst")?;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    std::fs::write(place.root().join("told/t.json.zst"), &damaged)?;
    let run = place.runner().run_to_end(packed(500))?;
    let message = run.node_state(packed::t).message.clone();
    for said in ["told/t.json.zst", "(json.zst)", "it is not zstd, or damaged"] {
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(bytes("told/t.json.zst")?, damaged);
    Ok(())
}
