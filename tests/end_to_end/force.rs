//! `force`: bodies that run although their targets are there.

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::{StartError, flow, task};

use crate::place::{Place, Tested, assert_holds, assert_says, kinds};

#[task(target = "<node>.txt")]
fn one() -> u32 {
    1
}

#[task(target = "<node>.txt")]
fn double(x: u32) -> u32 {
    2 * x
}

flow! { fn chain() -> u32 { a = one(); b = double(a); c = double(b); c } }

#[test]
fn force_runs_every_body() -> Tested {
    let place = Place::new()?;
    place.runner().run(chain())?;
    let run = place.runner().force().run(chain())?;
    assert_eq!(kinds(&run), [Success, Success, Success]);
    assert_says(&run, chain::a, Success, &["forced"]);
    assert_eq!(kinds(&place.runner().run(chain())?), [Cached, Cached, Cached]);
    Ok(())
}

#[test]
fn a_forced_node_runs_and_what_depends_on_the_same_bytes_is_reused() -> Tested {
    let place = Place::new()?;
    place.runner().run(chain())?;
    let run = place.runner().force_nodes(["b"]).run(chain())?;
    assert_eq!(kinds(&run), [Cached, Success, Cached]);
    Ok(())
}

#[test]
fn forcing_a_node_of_the_first_run_is_nothing_special() -> Tested {
    let place = Place::new()?;
    let run = place.runner().force_nodes(["a", "b"]).run(chain())?;
    assert_eq!(kinds(&run), [Success, Success, Success]);
    assert_eq!(run.node_state(chain::a).message, "");
    Ok(())
}

#[test]
fn forcing_an_unknown_node_is_refused_before_anything_runs() -> Tested {
    let place = Place::new()?;
    let error = place
        .runner()
        .force_nodes(["a", "bb"])
        .run_to_end(chain())
        .err()
        .ok_or("it started")?;
    assert!(matches!(error, StartError::UnknownNode { .. }));
    assert_holds(&error.to_string(), &["`chain`", "`bb`"]);
    assert_eq!(place.files()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn force_replaces_what_was_made_by_hand() -> Tested {
    let place = Place::new()?;
    place.write("a.txt", "9")?;
    assert_eq!(*place.runner().run(chain())?.output(), 36);
    assert_eq!(*place.runner().force_nodes(["a"]).run(chain())?.output(), 4);
    assert_eq!(place.read("a.txt")?, "1");
    Ok(())
}
