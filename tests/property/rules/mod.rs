//! Random flows with rules: triggers, skips, retries, signals, hooks, in parallel, against a sequential reference. The
//! same states, the same results, as many calls of each body.

mod reference;
mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use flow_runtime::__private::{
    AllSuccessful, Attempt, Call, Codec, Edge, Fingerprint, FlowBuilder, FlowSpec, Generated, Location,
    OutputSpec, Rules, SkipOnUpstreamSkip, Task, TaskCall, TaskSpec,
};
use flow_runtime::StateType::Cancelled;
use flow_runtime::{BoxError, Context, Key, NodeInfo, Runner, State};

use crate::each_in_time;
use crate::random::Random;
use crate::script::PANIC;

use reference::{Fate, reference};
use script::{End, Script, made};

impl Script {
    /// The flow as data.
    pub(super) fn build(&self) -> &'static FlowSpec {
        let mut flow = FlowBuilder::new("rules");
        for (index, node) in self.nodes.iter().enumerate() {
            let (task, run): (_, for<'run> fn(&'run Attempt) -> Call<'run>) = if node.asynchronous {
                (Step::<true>::SPEC, run::<true>)
            } else {
                (Step::<false>::SPEC, run::<false>)
            };
            let edges: Vec<Edge> = node
                .upstream
                .iter()
                .map(|upstream| Edge::order(*upstream))
                .collect();
            let added = flow.node(&format!("n{index}"), task, &edges, run);
            flow.rules(added, node.rules);
        }
        flow.build(None)
    }
}

struct Observed {
    script: Script,
    calls: Vec<AtomicU32>,
    running: Vec<AtomicBool>,
    twice: AtomicBool,
}

struct Step<'run, const ASYNC: bool> {
    observed: &'run Observed,
    node: usize,
}

impl<const ASYNC: bool> Step<'_, ASYNC> {
    fn attempt(&self, cx: &Context) -> Result<u64, BoxError> {
        let (node, number) = (self.node, cx.attempt() as usize);
        let twice = self.observed.running[node].swap(true, Ordering::SeqCst);
        self.observed.twice.fetch_or(twice, Ordering::SeqCst);
        self.observed.calls[node].fetch_add(1, Ordering::SeqCst);
        self.observed.running[node].store(false, Ordering::SeqCst);
        match self.observed.script.nodes[node].ends.get(number - 1) {
            None | Some(End::Value) => Ok(made(node, number)),
            Some(End::Error) => Err("error".into()),
            Some(End::Panic) => panic!("{PANIC}n{node}"),
            Some(End::Retry) => Err(cx.retry_in(Duration::ZERO, "retry").into()),
            Some(End::RetryUncounted) => Err(cx.retry_in(Duration::ZERO, "retry").uncounted().into()),
            Some(End::Pause) => Err(cx.pause("pause").into()),
            Some(End::Ends) => Err(cx.end_run("end").into()),
            Some(End::Signal(say)) => Err(cx.raise(say.signal(node)).into()),
        }
    }
}

impl<const ASYNC: bool> Task for Step<'_, ASYNC> {
    type Output = u64;
    type Trigger = AllSuccessful;
    type Skip = SkipOnUpstreamSkip;
    const SPEC: &'static TaskSpec = &TaskSpec {
        name: "step",
        function: "step",
        path: core::any::type_name::<Self>,
        location: Location::new(file!(), line!(), column!()),
        docs: "",
        version: "",
        checkpoint: true,
        target: None,
        body: Fingerprint::from_bytes([0; 32]),
        asynchronous: ASYNC,
        rules: Rules::DEFAULT,
        parameters: &[],
        output: OutputSpec::new::<u64>(Codec::message_pack::<u64>()),
    };

    fn call<'run>(self, cx: &'run Context) -> TaskCall<'run, u64>
    where
        Self: 'run,
    {
        if !ASYNC {
            return TaskCall::Done(self.attempt(cx));
        }
        TaskCall::future(async move {
            tokio::task::yield_now().await;
            self.attempt(cx)
        })
    }
}

fn run<const ASYNC: bool>(attempt: &Attempt) -> Call<'_> {
    let observed = &**attempt.params::<Arc<Observed>>();
    let node = attempt.node();
    attempt.call(Step::<ASYNC> { observed, node })
}

/// Runs a script; what each node came to.
fn perform(random: &mut Random, script: &Script) -> Result<Vec<Fate>, String> {
    let (spec, size) = (script.build(), script.nodes.len());
    let observed = Arc::new(Observed {
        script: script.clone(),
        calls: (0..size).map(|_| AtomicU32::new(0)).collect(),
        running: (0..size).map(|_| AtomicBool::new(false)).collect(),
        twice: AtomicBool::new(false),
    });
    let mut runner = Runner::in_memory().jobs(1 + random.below(4));
    if let Some(most) = script.at_most {
        runner = runner.at_most("t", most);
    }
    if script.nodes.iter().any(|node| node.hook.is_some()) {
        let hooks: Vec<_> = script.nodes.iter().map(|node| node.hook).collect();
        runner = runner.on_state(move |info: &NodeInfo<'_>, _: &State, new: &State| {
            let node: usize = info.name()[1..].parse().expect("`n` and a number");
            let (on, say) = hooks[node]?;
            (on == new.kind).then(|| say.signal(node))
        });
    }
    let run = runner
        .run_to_end(Generated::new(spec, Arc::clone(&observed)))
        .map_err(|error| error.to_string())?;
    if observed.twice.load(Ordering::SeqCst) {
        return Err("two attempts of a node ran at once".to_owned());
    }
    let fates = run.nodes().enumerate().map(|(index, (_, state))| Fate {
        state: state.kind,
        calls: observed.calls[index].load(Ordering::SeqCst),
        value: run.result(Key::<u64>::new(spec, index)).ok().copied(),
    });
    Ok(fates.collect())
}

/// How many flows: `FLOW_RULES`, else few enough for every day.
fn cases() -> u64 {
    std::env::var("FLOW_RULES").map_or(3_000, |cases| cases.parse().expect("FLOW_RULES is a number"))
}

#[test]
fn random_rules_end_as_the_sequential_reference_says() {
    each_in_time((0..cases()).collect(), |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random, false);
        let (fates, expected) = (perform(&mut random, &script)?, reference(&script, false));
        match (0..fates.len()).find(|&node| fates[node] != expected[node]) {
            None => Ok(()),
            Some(node) => Err(format!(
                "n{node} is {:?}, and should be {:?}: {:?}",
                fates[node], expected[node], script.nodes[node]
            )),
        }
    });
}

#[test]
fn a_reference_in_which_a_skip_masks_a_failure_is_found_out() {
    let found = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&found);
    each_in_time((0..300).collect(), move |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random, false);
        let differs = perform(&mut random, &script)? != reference(&script, true);
        count.fetch_add(u32::from(differs), Ordering::SeqCst);
        Ok(())
    });
    let found = found.load(Ordering::SeqCst);
    assert!(found > 20, "only {found} of 300 flows tell the two apart");
}

#[test]
fn in_a_run_that_is_ended_every_node_is_as_in_the_reference_or_cancelled() {
    each_in_time((0..cases()).collect(), |seed| {
        let mut random = Random::new(seed);
        let script = Script::random(&mut random, true);
        let (fates, expected) = (perform(&mut random, &script)?, reference(&script, false));
        let wrong = (0..fates.len()).find(|&node| {
            // What was to be repeated is not, and what its hook makes of a cancellation is its own affair; both reach
            // what depends on them.
            let own = script.nodes[node].hook.is_some() || expected[node].calls > 1;
            let is_first = script.nodes[node]
                .upstream
                .iter()
                .all(|up| fates[*up] == expected[*up]);
            is_first && !own && fates[node] != expected[node] && fates[node].state != Cancelled
        });
        match wrong {
            None => Ok(()),
            Some(node) => Err(format!(
                "n{node} is {:?}, and should be {:?} or Cancelled: {:?}",
                fates[node], expected[node], script.nodes[node]
            )),
        }
    });
}
