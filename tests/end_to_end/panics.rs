//! Panics: in bodies, in arguments, in the author's own traits; each is its node's failure.

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
    assert_says(&run, f.w(), Failed, &["not today"]);
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
    assert_says(&run, f.m(), Failed, &["not today"]);
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
