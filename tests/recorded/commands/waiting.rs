//! What is left and cannot be done now: it is said until when, or for whom, so that no loop calls again at once.

use flow_runtime::StateType::{Failed, Paused, Pending, Retrying, Success};
use jiff::Timestamp;

use crate::place::{Ended, Place, Tested, end_of, kind};

const WAITS: &str = "`sign` is Paused, and waits for somebody: needs a signature ...";

/// The time of the line that says when the next call has something to do.
fn not_before(ended: &Ended) -> Option<Timestamp> {
    let time = ended
        .err
        .lines()
        .find_map(|line| line.strip_prefix("not before "))?;
    Some(time.parse().expect("it is a time"))
}

#[test]
fn a_slice_after_which_all_waits_for_somebody_says_so() -> Tested {
    let place = Place::new()?;
    // As long as there is something to do, that is what counts.
    let ended = place
        .give("slice letter -j 1 --max-tasks 2")
        .exits(10)
        .says(WAITS);
    assert_eq!(kind(&ended.state(), "b"), Pending);
    // A slice that does not come to it still says what it waits for.
    let state = place
        .give_with_input("slice --max-tasks 1", &ended.out)
        .exits(10)
        .state();
    let sign = state.node("sign").expect("it is there").state();
    assert_eq!(
        (sign.kind, &*sign.message),
        (Pending, "needs a signature\nof two people")
    );
    for budget in ["", " --max-tasks 9", " --max-time 1h"] {
        let ended = place
            .give_with_input(&format!("slice{budget}"), &ended.out)
            .exits(11);
        let state = ended.state();
        assert_eq!((kind(&state, "sign"), kind(&state, "b")), (Paused, Success));
        assert_eq!(not_before(&ended), None);
        ended.says(WAITS);
    }
    let state = place.give_with_input("slice", &ended.out).exits(11).out;
    std::fs::write(place.path().join("state"), state)?;
    place.forget();
    let mut command = place.command(["slice", "--state-in", "state"]);
    command.env("FLOW_ACCEPT", "1");
    end_of(command.spawn()?).exits(0);
    assert_eq!(place.ran(), ["sign", "sent"]);
    Ok(())
}

#[test]
fn so_do_run_and_resume() -> Tested {
    let place = Place::new()?;
    for budget in ["", " --max-tasks 9"] {
        let ended = place.give(&format!("run letter{budget}")).exits(11).says(WAITS);
        let id = place.recorded()?.run_id().unwrap_or_default().to_owned();
        ended.says(&format!("resume {id}"));
        place.give(&format!("resume{budget}")).exits(11).says(WAITS);
    }
    Ok(())
}

#[test]
fn what_is_tried_again_later_says_when() -> Tested {
    let place = Place::new()?;
    let begun = Timestamp::now();
    let hour = jiff::SignedDuration::from_hours(1);
    // What can be done now is waited for by nobody.
    let first = place
        .give("slice hourly -j 1 --max-time 1m --max-tasks 1")
        .exits(10);
    assert_eq!(not_before(&first), None);
    let first = place.give_with_input("slice --max-time 1m", &first.out).exits(10);
    assert_eq!(kind(&first.state(), "called"), Retrying);
    let due = not_before(&first).expect("it is due later");
    assert!(due >= begun + hour, "{due}");
    let again = place.give_with_input("slice --max-time 1m", &first.out).exits(10);
    assert_eq!(not_before(&again), Some(due));
    let run = place.give("resume --max-time 1m").exits(10);
    assert_eq!(not_before(&run), Some(due));
    Ok(())
}

#[test]
fn a_failure_beside_does_not_end_what_is_left() -> Tested {
    let place = Place::new()?;
    let mut message = String::new();
    for code in [10, 10, 1] {
        let ended = place
            .give_with_input("slice apart -j 1 --max-tasks 1", &message)
            .exits(code);
        assert_eq!(kind(&ended.state(), "page"), Failed);
        ended.says("`page` of flow `apart` failed");
        message = place.give("status --json").exits(0).out;
    }
    assert_eq!(place.ran(), ["page", "a", "b"]);
    Ok(())
}
