//! Panics: in bodies, in arguments, in the author's own traits; each is its node's failure.

use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::StateType::{Failed, Success, TriggerFailed};
use flow_runtime::{Runner, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task]
fn fine() -> u32 {
    1
}

#[task]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[test]
fn a_panic_is_its_nodes_failure() -> Tested {
    #[task]
    fn panics(x: u32) -> u32 {
        assert!(x > 1, "x is {x}");
        x
    }

    #[task]
    async fn panics_later(x: u32) -> u32 {
        tokio::task::yield_now().await;
        assert!(x > 1, "later, x is {x}");
        x
    }

    let f = flow! { p = panics(1); q = panics_later(1); r = add(p, q); ok = fine(); };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Failed, TriggerFailed, Success]);
    assert_says(&run, f.p(), Failed, &["panicked: x is 1"]);
    assert_says(&run, f.q(), Failed, &["panicked: later, x is 1"]);
    assert_holds(
        &run.report().unwrap_or_default(),
        &["x is 1", "blocks: r", "`q` failed too"],
    );
    Ok(())
}

#[test]
fn a_panic_in_an_argument_is_its_nodes_failure() -> Tested {
    #[task]
    fn list() -> Vec<u32> {
        vec![1]
    }

    #[task]
    async fn later(x: u32) -> u32 {
        tokio::task::yield_now().await;
        x
    }

    let f = flow! {
        l = list();
        a = add(l[7], 1);
        b = later(l[8]);
        c = add(l[0], 1);
    };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, Failed, Success]);
    assert_says(&run, f.a(), Failed, &["panicked", "index is 7"]);
    assert_says(&run, f.b(), Failed, &["panicked", "index is 8"]);
    Ok(())
}

#[test]
fn a_panic_in_display_of_a_value_in_a_path_is_its_nodes_failure() -> Tested {
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Moody;

    impl std::fmt::Display for Moody {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("not today")
        }
    }

    #[task]
    fn moody() -> Moody {
        Moody
    }

    #[task(target = "<mood>.txt")]
    fn written(mood: &Moody) -> u32 {
        let _ = mood;
        1
    }

    let f = flow! { m = moody(); w = written(m); ok = fine(); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Success, Failed, Success]);
    let said =
        "the target `<mood>.txt` gives no path: `<mood>` cannot be shown: its `Display` panicked: not today";
    assert_says(&run, f.w(), Failed, &[said]);
    assert_holds(&run.report().unwrap_or_default(), &["mend the `Display`"]);
    Ok(())
}

#[test]
fn so_it_is_where_a_parameter_or_a_nodes_own_target_shows_it() -> Tested {
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Moody;

    impl std::fmt::Display for Moody {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            Err(std::fmt::Error)
        }
    }

    #[task]
    fn moody() -> Moody {
        Moody
    }

    #[task(target = "<mood>.txt")]
    fn early(mood: &Moody) -> u32 {
        let _ = mood;
        1
    }

    #[task]
    fn late(mood: &Moody) -> u32 {
        let _ = mood;
        1
    }

    flow! {
        fn moods(how: Moody) {
            m = moody();
            e = early(how);
            #[node(target = "late/<mood>.txt")]
            l = late(m);
            #[node(target = "of/<how>.txt")]
            p = late(m);
        }
    }

    let place = Place::new()?;
    let run = place.runner().run_to_end(moods(Moody))?;
    assert_eq!(kinds(&run), [Success, Failed, Failed, Failed]);
    let said = "its `Display` panicked: a Display implementation returned an error";
    assert_says(&run, moods::e, Failed, &["`<mood>` cannot be shown", said]);
    assert_says(&run, moods::l, Failed, &["`<mood>` cannot be shown", said]);
    assert_says(&run, moods::p, Failed, &["`<how>` cannot be shown", said]);
    Ok(())
}

#[test]
fn a_panic_in_retry_if_leaves_the_bodys_error_and_says_whose_it_is() -> Tested {
    #[allow(clippy::ptr_arg, reason = "it judges the error of the task")]
    fn asks_too_much(error: &String) -> bool {
        error.parse::<u32>().expect("a code") == 503
    }

    static CALLS: AtomicU32 = AtomicU32::new(0);

    #[task(retries = 3, retry_if = asks_too_much)]
    fn calls() -> Result<u32, String> {
        CALLS.fetch_add(1, Ordering::SeqCst);
        Err("connection reset".to_owned())
    }

    #[task(retries = 3, retry_if = asks_too_much)]
    async fn calls_later() -> Result<u32, String> {
        tokio::task::yield_now().await;
        Err("connection reset".to_owned())
    }

    let f = flow! { a = calls(); b = calls_later(); ok = fine(); };
    let run = Runner::in_memory().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Failed, Success]);
    for key in [f.a(), f.b()] {
        assert!(!run.node_state(key).message.contains("(attempt "));
        let said = [
            "`retry_if` panicked as it judged the body's error: a code",
            ": connection reset",
        ];
        assert_says(&run, key, Failed, &said);
    }
    assert_eq!(
        CALLS.load(Ordering::SeqCst),
        1,
        "who cannot judge repeats nothing"
    );
    Ok(())
}

#[test]
fn a_panic_in_a_format_names_what_is_written_or_read() -> Tested {
    struct Broken;

    impl flow_runtime::checkpoint::Format<u32> for Broken {
        const NAME: &'static str = "broken";

        fn encode(value: &u32) -> Result<Vec<u8>, flow_runtime::BoxError> {
            assert_eq!(*value, 1, "only one");
            Ok(vec![1])
        }

        fn decode(_: &[u8]) -> Result<u32, flow_runtime::BoxError> {
            panic!("no reader")
        }
    }

    #[task(format = Broken, target = "<node>.bin")]
    fn number(x: u32) -> u32 {
        x
    }

    let place = Place::new()?;
    place.write("found.bin", "1")?;
    let f = flow! { made = number(2); found = number(1); };
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Failed]);
    let made = ["made.bin` cannot be written", "writing it panicked", "only one"];
    assert_says(&run, f.made(), Failed, &made);
    let found = [
        "found.bin` does not hold a `u32` (broken)",
        "reading it panicked: no reader",
    ];
    assert_says(&run, f.found(), Failed, &found);
    Ok(())
}

#[test]
fn a_panic_in_serialize_is_its_nodes_failure() -> Tested {
    #[derive(serde::Deserialize)]
    struct Moody;

    impl serde::Serialize for Moody {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("not today")
        }
    }

    #[task(target = "moody.json")]
    fn moody() -> Moody {
        Moody
    }

    let f = flow! { m = moody(); ok = fine(); };
    let place = Place::new()?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, Success]);
    let said = ["moody.json` cannot be written", "writing it panicked: not today"];
    assert_says(&run, f.m(), Failed, &said);
    assert_eq!(place.files()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_panic_in_the_drop_of_a_result_ends_nothing() -> Tested {
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("its drop panics")
        }
    }

    #[task(checkpoint = false)]
    fn bomb() -> Bomb {
        Bomb
    }

    #[task]
    fn reads(_bomb: &Bomb) -> u32 {
        1
    }

    #[task]
    async fn reads_later(_bomb: &Bomb) -> u32 {
        tokio::task::yield_now().await;
        1
    }

    let f = flow! {
        unread = bomb();
        one = bomb();
        a = reads(one);
        two = bomb();
        b = reads_later(two);
        c = add(a, b, upstream: [unread]);
        c
    };
    let place = Place::new()?;
    for runner in [Runner::in_memory(), place.runner()] {
        assert_eq!(*runner.jobs(1).run(f)?.output(), 2);
    }
    Ok(())
}

#[test]
fn an_error_that_cannot_be_shown_is_its_nodes_failure() -> Tested {
    #[derive(Debug)]
    struct Mute(bool);

    impl std::fmt::Display for Mute {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            assert!(!self.0, "not today");
            Err(std::fmt::Error)
        }
    }

    impl std::error::Error for Mute {}

    #[task]
    fn fails(panics: bool) -> Result<u32, Mute> {
        Err(Mute(panics))
    }

    let f = flow! { a = fails(false); b = fails(true); ok = fine(); };
    let place = Place::new()?;
    for runner in [Runner::in_memory(), place.runner()] {
        let run = runner.run_to_end(f)?;
        assert_eq!(kinds(&run), [Failed, Failed, Success]);
        assert_says(&run, f.a(), Failed, &["`Display` fails"]);
        assert_says(&run, f.b(), Failed, &["`Display` panicked", "not today"]);
        assert_holds(&run.report().unwrap_or_default(), &["`a`", "`Display` fails"]);
    }
    Ok(())
}

#[test]
fn a_panic_in_the_drop_of_an_error_or_a_parameter_ends_nothing() -> Tested {
    #[derive(Debug)]
    struct Bomb;

    impl std::fmt::Display for Bomb {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("tick")
        }
    }

    impl std::error::Error for Bomb {}

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom")
        }
    }

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Given {
        explodes: bool,
    }

    impl Drop for Given {
        fn drop(&mut self) {
            assert!(!self.explodes, "boom");
        }
    }

    #[task]
    fn fails(of: &Given) -> Result<u32, Bomb> {
        let _ = of;
        Err(Bomb)
    }

    flow! { fn bombs(of: Given) { a = fails(of); b = fails(of); } }
    let run = Runner::in_memory().run_to_end(bombs(Given { explodes: true }))?;
    assert_eq!(kinds(&run), [Failed, Failed]);
    assert_holds(&run.report().unwrap_or_default(), &["tick"]);
    drop(run);
    Ok(())
}
