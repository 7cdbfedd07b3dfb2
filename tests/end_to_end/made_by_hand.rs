//! Files that somebody edited, put there or damaged.

use flow_runtime::StateType::{Cached, Failed, Success, TriggerFailed};
use flow_runtime::{Cause, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task(target = "base.txt")]
fn base() -> u32 {
    5
}

#[task(target = "double.txt")]
fn double(x: u32) -> u32 {
    2 * x
}

#[test]
fn an_edited_file_counts_as_made_by_hand_and_its_digest_counts_downstream() -> Tested {
    let f = flow! { a = base(); b = double(a); b };
    let place = Place::new()?;
    place.runner().run(f)?;
    assert_eq!(place.read("double.txt")?, "10");

    place.write("base.txt", "700")?;
    let run = place.runner().run(f)?;
    assert_says(&run, f.a(), Cached, &["by hand"]);
    assert_says(&run, f.b(), Success, &["argument `x` changed"]);
    assert_eq!(*run.output(), 1400);
    // One final newline is forgiven, and the file stays as the person wrote it.
    assert_eq!(place.read("base.txt")?, "700");
    assert_eq!(place.read("double.txt")?, "1400");

    let run = place.runner().run(f)?;
    assert_eq!(kinds(&run), [Cached, Cached]);
    assert_says(&run, f.a(), Cached, &["by hand"]);
    Ok(())
}

#[test]
fn an_edited_file_is_reused_whatever_the_arguments() -> Tested {
    flow! { fn doubling(x: u32) -> u32 { b = double(x); b } }

    let place = Place::new()?;
    place.runner().run(doubling(1))?;
    place.write("double.txt", "1000\n")?;
    let run = place.runner().run(doubling(2))?;
    assert_says(&run, doubling::b, Cached, &["by hand"]);
    assert_eq!(*run.output(), 1000);
    Ok(())
}

#[test]
fn a_file_without_a_record_counts_as_made_by_hand() -> Tested {
    let f = flow! { a = base(); b = double(a); b };
    let place = Place::new()?;
    place.write("base.txt", "21\n")?;
    let run = place.runner().run(f)?;
    assert_says(&run, f.a(), Cached, &["made by hand"]);
    assert_eq!((run.node_state(f.b()).kind, *run.output()), (Success, 42));
    Ok(())
}

#[test]
fn a_target_that_does_not_decode_is_an_error_naming_file_and_type_and_is_kept() -> Tested {
    let f = flow! { a = base(); b = double(a); b };
    let place = Place::new()?;
    place.write("base.txt", "seven")?;
    let run = place.runner().run_to_end(f)?;
    assert_eq!(kinds(&run), [Failed, TriggerFailed]);
    assert_says(&run, f.a(), Failed, &["base.txt", "u32"]);
    let report = run.report().unwrap_or_default();
    assert_holds(
        &report,
        &["node `a`", "base.txt", "u32", "because", "blocks: b", "delete"],
    );
    assert!(matches!(
        run.failures().next().map(flow_runtime::NodeFailure::cause),
        Some(Cause::Checkpoint(_))
    ));
    assert_eq!(place.read("base.txt")?, "seven");
    assert!(!place.has("double.txt"));

    // As the message advises.
    std::fs::remove_file(place.root().join("base.txt"))?;
    assert_eq!(*place.runner().run(f)?.output(), 10);
    Ok(())
}

#[test]
fn a_made_file_that_somebody_damaged_is_kept() -> Tested {
    #[task(target = "rows.json")]
    fn rows() -> Vec<u32> {
        vec![1, 2]
    }

    let f = flow! { r = rows(); r };
    let place = Place::new()?;
    place.runner().run(f)?;
    for garbage in ["", "[1, 2", "{\"a\": 1}", "[1, -2]", "\u{0}\u{1}"] {
        place.write("rows.json", garbage)?;
        let run = place.runner().run_to_end(f)?;
        assert_says(&run, f.r(), Failed, &["rows.json", "Vec<u32>"]);
        assert_eq!(place.read("rows.json")?, garbage);
    }
    // Forcing is the way to say that it may go.
    assert_eq!(kinds(&place.runner().force().run(f)?), [Success]);
    assert_eq!(place.read("rows.json")?, "[\n  1,\n  2\n]\n");
    Ok(())
}

#[test]
fn a_damaged_record_is_an_error_that_names_both_files() -> Tested {
    let f = flow! { a = base(); a };
    let place = Place::new()?;
    place.runner().run(f)?;
    place.write(".flow/records/base.txt.json", "{\"version\": 1, ")?;
    let run = place.runner().run_to_end(f)?;
    let report = run.report().unwrap_or_default();
    assert_eq!(kinds(&run), [Failed]);
    assert_holds(
        &report,
        &["base.txt", ".flow/records/base.txt.json", "damaged", "delete"],
    );

    std::fs::remove_file(place.root().join(".flow/records/base.txt.json"))?;
    assert_says(&place.runner().run(f)?, f.a(), Cached, &["made by hand"]);
    Ok(())
}

#[test]
fn a_record_of_a_newer_version_is_an_error_and_nothing_is_touched() -> Tested {
    let f = flow! { a = base(); a };
    let place = Place::new()?;
    place.runner().run(f)?;
    let newer = "{\"version\": 99}";
    place.write(".flow/records/base.txt.json", newer)?;
    for runner in [place.runner(), place.runner().force()] {
        let run = runner.run_to_end(f)?;
        assert_holds(&run.report().unwrap_or_default(), &["newer", "99"]);
        assert_eq!(place.read(".flow/records/base.txt.json")?, newer);
        assert_eq!(place.read("base.txt")?, "5");
    }
    Ok(())
}

#[test]
fn a_file_that_is_changed_after_it_was_decided_on_is_an_error_that_says_so() -> Tested {
    #[task]
    fn tamper(file: &str) {
        std::fs::write(file, "6").expect("the file can be written");
    }

    #[task]
    fn tell(x: u32) -> u32 {
        x
    }

    flow! {
        fn tampered(file: String) -> u32 {
            a = base();
            t = tamper(file, upstream: [a]);
            b = tell(a, upstream: [t]);
            b
        }
    }

    let place = Place::new()?;
    let f = flow! { a = base(); a };
    place.runner().run(f)?;
    let file = place.root().join("base.txt").display().to_string();
    let run = place.runner().run_to_end(tampered(file))?;
    assert_eq!(kinds(&run), [Cached, Success, Failed]);
    let report = run.report().unwrap_or_default();
    assert_holds(
        &report,
        &["base.txt` was changed while the run was going on", "run again"],
    );
    Ok(())
}

#[test]
fn a_touched_file_is_unchanged() -> Tested {
    let f = flow! { a = base(); a };
    let place = Place::new()?;
    place.runner().run(f)?;
    place.write("base.txt", "5")?;
    assert_says(&place.runner().run(f)?, f.a(), Cached, &["unchanged since run"]);
    Ok(())
}

#[test]
fn a_directory_in_the_place_of_a_target_is_an_error_that_names_it() -> Tested {
    let f = flow! { a = base(); a };
    let place = Place::new()?;
    place.write("base.txt/inside", "x")?;
    let run = place.runner().run_to_end(f)?;
    assert_says(&run, f.a(), Failed, &["base.txt", "directory"]);
    assert_eq!(place.read("base.txt/inside")?, "x");
    Ok(())
}
