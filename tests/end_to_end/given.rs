//! `Runner::given`: results set by hand.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::state::RunState;
use flow_runtime::{Budget, Runner, Slice, StartError, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task(target = "one.txt")]
fn one() -> u32 {
    1
}

#[task(target = "double.txt")]
fn double(x: u32) -> u32 {
    2 * x
}

flow! { fn two() -> u32 { a = one(); b = double(a); b } }

#[test]
fn a_given_result_takes_the_place_of_its_node() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task]
    fn costly() -> u32 {
        BODIES.fetch_add(1, SeqCst);
        1
    }

    let f = flow! { c = costly(); d = double(c); d };
    let run = Runner::in_memory().given(f.c(), 21).run(f)?;
    assert_eq!((*run.output(), BODIES.load(SeqCst)), (42, 0));
    assert_says(&run, f.c(), Success, &["given"]);
    assert_eq!(run.result(f.c())?, &21);
    Ok(())
}

#[test]
fn a_given_result_counts_downstream_like_a_computed_one() -> Tested {
    let place = Place::new()?;
    place.runner().run(two())?;
    // The same value as its body gives: what depends on it is unchanged.
    assert_eq!(
        kinds(&place.runner().given(two::a, 1).run(two())?),
        [Success, Cached]
    );
    let run = place.runner().given(two::a, 4).run(two())?;
    assert_eq!(kinds(&run), [Success, Success]);
    assert_eq!((*run.output(), place.read("double.txt")?.as_str()), (8, "8"));
    // It was set for that run only.
    assert_eq!(place.read("one.txt")?, "1");
    assert_eq!(*place.runner().run(two())?.output(), 2);
    Ok(())
}

#[test]
fn what_a_given_result_would_have_needed_runs_all_the_same() -> Tested {
    let run = Runner::in_memory().given(two::b, 7).run(two())?;
    assert_eq!(kinds(&run), [Success, Success]);
    assert_eq!((*run.output(), *run.result(two::a)?), (7, 1));
    Ok(())
}

#[test]
fn the_last_of_two_given_results_counts() -> Tested {
    let run = Runner::in_memory().given(two::a, 3).given(two::a, 5).run(two())?;
    assert_eq!(*run.output(), 10);
    Ok(())
}

#[test]
fn a_key_of_another_flow_is_refused_before_anything_runs() -> Tested {
    let other = flow! { z = one(); z };
    let f = flow! { c = one(); c };
    let error = Runner::in_memory()
        .given(other.z(), 1)
        .run_to_end(f)
        .err()
        .ok_or("it started")?;
    assert!(matches!(error, StartError::ForeignKey { .. }));
    assert_holds(&error.to_string(), &["`z`", "given"]);
    Ok(())
}

mod sliced {
    use super::*;

    #[task]
    pub(super) fn first() -> u32 {
        1
    }

    #[task]
    pub(super) fn next(x: u32) -> u32 {
        x + 1
    }

    flow! { pub(super) fn chain() -> u32 { a = first(); b = next(a); c = next(b); d = next(c); d } }

    /// A run of which `a` and `b` have finished.
    pub(super) fn begun() -> RunState {
        match Runner::in_memory().slice(chain(), Budget::tasks(2)) {
            Ok(Slice::CallAgain { state, .. }) => state,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_was_made_of_another_result_than_is_given_is_made_again() -> Tested {
    use sliced::{begun, chain};

    let gone_on = |value| {
        let runner = Runner::in_memory().given(chain::a, value);
        match runner.slice(chain::restore(begun())?, Budget::tasks(9))? {
            Slice::Finished(run) => Ok::<_, Box<dyn std::error::Error>>(run),
            Slice::CallAgain { state, .. } => panic!("{state:?}"),
        }
    };
    assert_eq!(*gone_on(100)?.output(), 103);
    // What says the same changes nothing: `b` is not attempted again.
    let run = gone_on(1)?;
    assert_eq!(*run.output(), 4);
    assert_eq!(
        run.run_state()?
            .node("b")
            .map(flow_runtime::state::NodeState::attempts),
        Some(1)
    );
    Ok(())
}

#[test]
fn a_result_that_is_not_the_published_one_is_refused() -> Tested {
    use sliced::{begun, chain};

    let published = begun().to_json();
    let state: RunState = published.parse()?;
    assert!(chain::restore(state).is_ok());
    // `AQ` is one, `Ag` is two.
    let garbled: RunState = published
        .replacen(r#""inline":"AQ""#, r#""inline":"Ag""#, 1)
        .parse()?;
    let error = chain::restore(garbled).expect_err("`a` has come to something else");
    assert_eq!(
        error.to_string(),
        "the result of node `a` of flow `end_to_end::given::sliced::chain` in the run state is not the one whose digest stands beside it"
    );
    assert!(error.advice().starts_with("give the state as it was published"));
    Ok(())
}
