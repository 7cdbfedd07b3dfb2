//! Two nodes whose paths meet, where only values tell.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Failed, Success};
use flow_runtime::{flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task(target = "<folder>/<name>", format = text)]
fn write(folder: &str, name: &str, body: u32) -> u32 {
    let _ = (folder, name);
    body
}

#[task(target = "<name>", format = text)]
fn write_flat(name: &str, body: u32) -> u32 {
    let _ = name;
    body
}

flow! {
    fn two(first: String, second: String) {
        a = write("x", first, 1);
        b = write("x", second, 2, upstream: [a]);
    }
}

#[test]
fn possible_collisions_fail_the_second_node_before_its_body_runs() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task(target = "<name>.txt")]
    fn counted(name: &str) -> usize {
        BODIES.fetch_add(1, SeqCst);
        name.len()
    }

    flow! {
        fn counting(first: String, second: String) {
            a = counted(first);
            b = counted(second, upstream: [a]);
        }
    }

    let place = Place::new()?;
    let run = place
        .runner()
        .run_to_end(counting("n".to_owned(), "n".to_owned()))?;
    assert_eq!(kinds(&run), [Success, Failed]);
    assert_says(&run, counting::b, Failed, &["`a`", "`b`", "n.txt"]);
    assert_eq!((BODIES.load(SeqCst), place.read("n.txt")?.as_str()), (1, "1"));
    // Also where the file is there and both could be Cached.
    let run = place
        .runner()
        .run_to_end(counting("n".to_owned(), "n".to_owned()))?;
    assert_eq!(run.node_state(counting::b).kind, Failed);
    Ok(())
}

#[test]
fn paths_equal_but_for_case_collide() -> Tested {
    for (first, second) in [("name", "Name"), ("straße", "STRAßE"), ("É", "é")] {
        let place = Place::new()?;
        let run = place
            .runner()
            .run_to_end(two(first.to_owned(), second.to_owned()))?;
        assert_eq!(kinds(&run), [Success, Failed], "{first} {second}");
        assert_says(&run, two::b, Failed, &["case"]);
        assert_eq!(place.files()?, [format!("x/{first}")]);
    }
    Ok(())
}

#[test]
fn a_file_beside_its_own_directory_collides() -> Tested {
    flow! {
        fn nested(flat: String) {
            a = write("x", "inside", 1);
            b = write_flat(flat, 2, upstream: [a]);
        }
    }
    flow! {
        fn nested_after(flat: String) {
            a = write_flat(flat, 1);
            b = write("x", "inside", 2, upstream: [a]);
        }
    }

    let place = Place::new()?;
    let run = place.runner().run_to_end(nested("x".to_owned()))?;
    assert_says(&run, nested::b, Failed, &["`a`", "`b`", "file", "directory"]);
    let place = Place::new()?;
    let run = place.runner().run_to_end(nested_after("x".to_owned()))?;
    assert_says(
        &run,
        nested_after::b,
        Failed,
        &["`a`", "`b`", "file", "directory"],
    );
    assert_eq!(place.files()?, ["x"]);
    Ok(())
}

#[test]
fn paths_that_only_look_alike_do_not_collide() -> Tested {
    for (first, second) in [("a", "b"), ("a", "a.b"), ("a b", "a  b"), ("ä", "a")] {
        let place = Place::new()?;
        let run = place.runner().run(two(first.to_owned(), second.to_owned()))?;
        assert_eq!(kinds(&run), [Success, Success], "{first} {second}");
    }
    Ok(())
}

#[test]
fn records_of_paths_that_do_not_collide_do_not_either() -> Tested {
    #[task(target = "a", format = text)]
    fn one() -> u8 {
        1
    }

    #[task(target = "a.json/x.txt")]
    fn two() -> u8 {
        2
    }

    let f = flow! { a = one(); b = two(upstream: [a]); };
    let place = Place::new()?;
    assert_eq!(kinds(&place.runner().run(f)?), [Success, Success]);
    assert_eq!(kinds(&place.runner().run(f)?), [Cached, Cached]);
    Ok(())
}

#[test]
fn a_collision_says_what_to_do() -> Tested {
    let place = Place::new()?;
    let run = place.runner().run_to_end(two("n".to_owned(), "n".to_owned()))?;
    assert_holds(&run.report().unwrap_or_default(), &["x/n", "different targets"]);
    Ok(())
}

#[test]
fn of_two_that_meet_at_once_one_wins() -> Tested {
    flow! {
        fn racing(first: String, second: String) {
            a = write("x", first, 1);
            b = write("x", second, 2);
        }
    }
    for _ in 0..20 {
        let place = Place::new()?;
        let run = place
            .runner()
            .jobs(2)
            .run_to_end(racing("n".to_owned(), "n".to_owned()))?;
        let states = kinds(&run);
        assert!(
            states == [Success, Failed] || states == [Failed, Success],
            "{run:?}"
        );
        let winner = if states[0] == Success { "1" } else { "2" };
        assert_eq!(place.read("x/n")?, winner);
    }
    Ok(())
}
