//! Many nodes that are ready at once, in memory: workers take several at a time, and none of those waits for the body before it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use flow_runtime::StateType::{Cancelled, Failed, Paused, Pending, Retrying, Success, TimedOut};
use flow_runtime::{BoxError, Context, Runner, StateType, flow, task};

use crate::place::{Tested, kinds};

/// Longer than anything here takes on the slowest machine.
const LONG: Duration = Duration::from_mins(1);

/// The bodies that have ended, and whether the run is over.
static ENDED: AtomicUsize = AtomicUsize::new(0);
static IS_OVER: AtomicBool = AtomicBool::new(false);

/// The tests share what bodies count.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Does what it is told to where it is told to, and else next to nothing.
#[task(retries = 1)]
fn work(way: &str, at: &str, cx: &Context) -> Result<u32, BoxError> {
    if cx.node() == at {
        match way {
            "waits for all others" => {
                let began = Instant::now();
                while ENDED.load(Ordering::SeqCst) < OTHERS {
                    assert!(began.elapsed() < LONG, "something waits for this body");
                    sleep(Duration::from_millis(1));
                }
            }
            "pauses" => return Err(cx.pause("for somebody").into()),
            "fails once" if cx.attempt() == 1 => return Err("not yet".into()),
            "fails" => return Err(cx.fail("for good").into()),
            "ends the run" => return Err(cx.end_run("enough").into()),
            _ => {}
        }
    }
    ENDED.fetch_add(1, Ordering::SeqCst);
    Ok(1)
}

/// Runs on when its time is over.
#[task(timeout = "30ms")]
fn stuck() -> u32 {
    let began = Instant::now();
    while !IS_OVER.load(Ordering::SeqCst) && began.elapsed() < LONG {
        sleep(Duration::from_millis(1));
    }
    1
}

macro_rules! flows {
    ($($node:ident)*) => {
        const OTHERS: usize = [$(stringify!($node)),*].len() - 1;

        flow! { fn wide(way: String, at: String) { $($node = work(way, at);)* } }
        flow! { fn with_stuck(way: String, at: String) { first = stuck(); $($node = work(way, at);)* last = stuck(); } }
    };
}

flows! {
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7 d8 d9
    e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3 h4 h5 h6 h7 h8 h9
}

/// What becomes of the node, of the others, and of the run.
fn ends(runner: &Runner, way: &str, at: &str) -> Tested<(StateType, Vec<StateType>, StateType)> {
    ENDED.store(0, Ordering::SeqCst);
    let run = runner.run_to_end(wide(way.to_owned(), at.to_owned()))?;
    let (mut own, mut others) = (None, Vec::new());
    for (node, state) in run.nodes() {
        if node.name == at {
            own = Some(state.kind);
        } else {
            others.push(state.kind);
        }
    }
    Ok((own.ok_or("it is there")?, others, run.state().kind))
}

#[test]
fn however_one_of_many_ends_the_others_do_and_so_does_the_run() -> Tested {
    let _turn = TURN.lock();
    for jobs in [2, 3, 4, 70] {
        let runner = Runner::in_memory().jobs(jobs);
        // The first is begun at once, the next stand on its worker's shelf, those in the middle on another's.
        for at in ["a0", "a1", "a5", "c0", "e3", "h9"] {
            for (way, own, run) in [
                ("waits for all others", Success, Success),
                ("fails once", Success, Success),
                ("fails", Failed, Failed),
                ("pauses", Paused, Pending),
            ] {
                let (came, others, of_run) = ends(&runner, way, at)?;
                assert_eq!((came, of_run), (own, run), "{way} at {at} of {jobs}");
                assert!(
                    others.iter().all(|kind| *kind == Success),
                    "{way} at {at} of {jobs}"
                );
                assert_eq!(others.len(), OTHERS);
            }
            let (came, others, run) = ends(&runner, "ends the run", at)?;
            assert_eq!((came, run), (Cancelled, Cancelled));
            assert!(others.iter().all(|kind| matches!(kind, Success | Cancelled)));
            let (came, others, run) = ends(&runner.clone().fail_fast(), "fails", at)?;
            assert_eq!((came, run), (Failed, Failed));
            assert!(others.iter().all(|kind| matches!(kind, Success | Cancelled)));
        }
    }
    Ok(())
}

#[test]
fn a_body_that_is_stuck_takes_nothing_with_it() -> Tested {
    let _turn = TURN.lock();
    for jobs in [2, 3] {
        for at in ["a0", "d4", "none"] {
            ENDED.store(0, Ordering::SeqCst);
            IS_OVER.store(false, Ordering::SeqCst);
            let flow = with_stuck("waits for all others".to_owned(), at.to_owned());
            let run = Runner::in_memory().jobs(jobs).run_to_end(flow)?;
            IS_OVER.store(true, Ordering::SeqCst);
            let kinds = kinds(&run);
            let (ends, others) = ([kinds[0], kinds[kinds.len() - 1]], &kinds[1..kinds.len() - 1]);
            assert_eq!(ends, [TimedOut; 2], "{jobs} {at}");
            assert!(others.iter().all(|kind| *kind == Success), "{jobs} {at}");
        }
    }
    Ok(())
}

#[test]
fn many_are_cancelled_from_outside_at_any_moment() -> Tested {
    let _turn = TURN.lock();
    for micros in [0, 20, 50, 100, 200, 400, 800] {
        let handle = Runner::in_memory()
            .jobs(3)
            .start(wide("as it is".to_owned(), "a0".to_owned()))?;
        sleep(Duration::from_micros(micros));
        handle.cancel("enough");
        let run = handle.wait_to_end();
        let kinds = kinds(&run);
        assert!(
            kinds.iter().all(|kind| matches!(kind, Success | Cancelled)),
            "{kinds:?}"
        );
        assert!(!kinds.contains(&Retrying));
        assert!(matches!(run.state().kind, Success | Cancelled));
    }
    Ok(())
}
