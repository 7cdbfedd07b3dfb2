//! Targets in postcard: how they are found again, and what is said of those that are none.

use flow_runtime::StateType::Cached;
use flow_runtime::{flow, task};

use crate::place::{Place, Tested, kinds};

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Station {
    name: String,
    height: Option<f64>,
}

#[test]
fn postcard_is_found_again_and_says_what_is_wrong_with_it() -> Tested {
    #[task(target = "<node>.postcard")]
    fn stations(count: u32) -> Vec<Station> {
        let station = |number| Station {
            name: format!("station {number}"),
            height: Some(f64::from(number)),
        };
        (0..count).map(station).collect()
    }

    #[task(target = "packed/<node>.postcard.zst")]
    fn heights(stations: &[Station]) -> Vec<Option<f64>> {
        stations.iter().map(|station| station.height).collect()
    }

    #[task(target = "<node>.pc", format = postcard)]
    fn count(heights: &[Option<f64>]) -> usize {
        heights.len()
    }

    flow! {
        fn short(n: u32) -> usize {
            s = stations(n);
            h = heights(s);
            #[node(target = "<node>.postcard.gz")]
            g = heights(s);
            c = count(h, upstream: [g]);
            c
        }
    }

    let place = Place::new()?;
    assert_eq!(*place.runner().run(short(300))?.output(), 300);
    assert_eq!(
        place.files()?,
        ["c.pc", "g.postcard.gz", "packed/h.postcard.zst", "s.postcard"]
    );
    assert_eq!(kinds(&place.runner().run(short(300))?), [Cached; 4]);
    let written = std::fs::read(place.root().join("s.postcard"))?;
    assert_eq!(written[..13], *b"\xac\x02\x09station 0\x01");
    // Bytes that go on, and that end early, are no value, and stay.
    for (wrong, why) in [
        ([&written[..], &[0]].concat(), "1 bytes follow the value"),
        (written[..written.len() - 1].to_vec(), "end of buffer"),
        (vec![0xff; 20], "varint"),
    ] {
        std::fs::write(place.root().join("s.postcard"), &wrong)?;
        let run = place.runner().run_to_end(short(300))?;
        let said = run.report().unwrap_or_default();
        for words in ["s.postcard", "(postcard)", "delete it and run again"] {
            assert!(said.contains(words), "{said}");
        }
        assert!(said.to_lowercase().contains(why), "{said}");
        assert_eq!(std::fs::read(place.root().join("s.postcard"))?, wrong);
    }
    // By another hand.
    std::fs::write(place.root().join("s.postcard"), b"\x01\x05Davos\x00")?;
    let run = place.runner().run(short(300))?;
    assert_eq!((kinds(&run)[0], *run.output()), (Cached, 1));
    Ok(())
}
