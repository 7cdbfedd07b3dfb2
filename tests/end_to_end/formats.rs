//! What is written into targets, and that it comes back exactly.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::{flow, task};

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
