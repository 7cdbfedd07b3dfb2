//! One worker takes nodes that use rules and nodes that use none by turns: nothing of one is left to the next.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use flow_runtime::StateType::{Failed, Skipped, Success, TriggerFailed};
use flow_runtime::{Context, Runner, flow, task};

use crate::place::{Tested, kinds};

#[task(timeout = "1h")]
fn timed(context: &Context) -> bool {
    context.deadline().is_some()
}

#[task]
fn untimed(before: bool, context: &Context) -> bool {
    before && context.deadline().is_none() && context.attempt() == 1
}

#[task]
fn voids(before: bool, context: &Context) -> bool {
    let _ = context.skip("not meant");
    before
}

#[task(retries = 2, retry_delay = "1ms")]
fn third(before: bool, context: &Context) -> Result<bool, String> {
    if context.attempt() < 3 {
        return Err(format!("attempt {}", context.attempt()));
    }
    Ok(before)
}

#[test]
fn nothing_of_one_node_is_left_to_the_next() -> Tested {
    let f = flow! {
        a = timed(); b = untimed(a); c = voids(b); d = untimed(c); e = third(d); g = untimed(e); h = timed(upstream: [g]);
        i = untimed(h); j = voids(i); k = untimed(j); k
    };
    let run = Runner::in_memory().jobs(1).run(f)?;
    assert!(run.output());
    assert_eq!(kinds(&run), [Success; 10]);
    let void = "Signal::skip(\"not meant\") was raised and not returned: it is void";
    assert_eq!(run.node_state(f.c()).message, void);
    assert_eq!(run.node_state(f.j()).message, void);
    for clean in [f.b(), f.d(), f.g(), f.i(), f.k()] {
        assert_eq!(run.node_state(clean).message, "");
    }
    Ok(())
}

#[test]
fn a_node_without_rules_ends_in_every_way() -> Tested {
    static RAN: AtomicU32 = AtomicU32::new(0);

    #[task]
    fn fails() -> Result<u32, String> {
        Err("no".to_owned())
    }

    #[task]
    fn panics() -> u32 {
        panic!("never")
    }

    #[task]
    fn skips(context: &Context) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Err(context.skip("nothing to do").into())
    }

    #[task]
    fn behind(before: u32) -> u32 {
        RAN.fetch_add(1, SeqCst);
        before
    }

    #[task]
    fn fine() -> u32 {
        1
    }

    let f = flow! {
        a = fails(); b = panics(); c = skips(); d = fine(); e = behind(a); g = behind(b); h = behind(c); i = behind(d);
    };
    for jobs in [1, 2] {
        RAN.store(0, SeqCst);
        let run = Runner::in_memory().jobs(jobs).run_to_end(f)?;
        assert_eq!(
            kinds(&run),
            [
                Failed,
                Failed,
                Skipped,
                Success,
                TriggerFailed,
                TriggerFailed,
                Skipped,
                Success
            ]
        );
        assert_eq!(RAN.load(SeqCst), 1);
        assert_eq!(run.node_state(f.c()).message, "nothing to do");
        assert!(run.node_state(f.b()).message.contains("never"));
    }
    Ok(())
}

#[test]
fn attempts_are_told_of_nodes_that_nobody_watches() -> Tested {
    #[task]
    fn one() -> u32 {
        1
    }

    #[task(retries = 1, retry_delay = "1ms")]
    fn second(context: &Context) -> Result<u32, String> {
        if context.attempt() == 1 {
            return Err("not yet".to_owned());
        }
        Ok(2)
    }

    #[task]
    fn fails(before: u32) -> Result<u32, String> {
        Err(format!("no {before}"))
    }

    #[task]
    fn voids(context: &Context) -> u32 {
        let _ = context.skip("not meant");
        3
    }

    #[task]
    fn skips(context: &Context) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Err(context.skip("nothing to do").into())
    }

    #[task]
    fn maybe(before: Option<&u32>) -> bool {
        before.is_some()
    }

    #[task]
    fn leaves_details(context: &Context) -> u32 {
        context.set_details(&1_u32).expect("a number");
        1
    }

    flow! {
        fn told() {
            a = one(); b = second(); c = fails(a); d = fails(c); e = voids();
            // Its body never starts.
            g = fails([1_u32][*b as usize]);
            h = one();
            i = skips(); j = maybe(i); k = leaves_details();
        }
    }

    for jobs in [1, 2] {
        let runner = Runner::in_memory().jobs(jobs).given(told::h, 7);
        let run = runner.run_to_end(told())?;
        assert_eq!(
            kinds(&run),
            [
                Success,
                Success,
                Failed,
                TriggerFailed,
                Success,
                Failed,
                Success,
                Skipped,
                Success,
                Success
            ]
        );
        let state = run.run_state()?;
        let attempts: Vec<u32> = state
            .nodes()
            .map(flow_runtime::state::NodeState::attempts)
            .collect();
        assert_eq!(attempts, [1, 2, 1, 0, 1, 0, 0, 1, 1, 1]);
        // Who goes on counts on from there.
        let again = Runner::in_memory().jobs(jobs).resume(told::restore(state)?);
        let attempts: Vec<u32> = again
            .unwrap_err()
            .into_run()
            .expect("it has run")
            .run_state()?
            .nodes()
            .map(flow_runtime::state::NodeState::attempts)
            .collect();
        assert_eq!(attempts[..3], [1, 2, 1]);
    }
    Ok(())
}
