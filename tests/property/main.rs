//! Random flows, run in parallel in memory, against a sequential reference: the same states, the same results, every
//! body at most once and after its upstream, and an end.
//!
//! A failure names its seed; `FLOW_SEED=… cargo test --test property` runs that case alone, many times.

mod children;
mod in_time;
mod random;
mod reference;
mod rules;
mod script;
mod slices;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use flow_runtime::__private::{Edge, FlowSpec, Generated, GeneratedFlow, Start};
use flow_runtime::event::Event;
use flow_runtime::{Key, ResultError, Run, Runner, StateType};

use in_time::{each_in_time, seeds};
use random::Random;
use reference::reference;
use script::{End, Observed, Script};

const CASES: u64 = 5_000;

type Params = Arc<Observed>;

#[test]
fn random_flows_end_as_the_sequential_reference_says() {
    each_in_time(seeds(CASES), |seed| {
        let (script, run) = perform(seed);
        agree(&run, &script)
    });
}

#[test]
fn a_wrong_reference_is_found_out() {
    let mut flaws = [0; 3];
    each_in_time((0..200).collect(), move |seed| {
        let (script, run) = perform(seed);
        for (flaw, found) in flawed(&script).into_iter().zip(&mut flaws) {
            if let Some(flaw) = flaw {
                *found += 1;
                if agree(&run, &flaw).is_ok() {
                    return Err("a wrong expectation was met".to_owned());
                }
            }
        }
        match (seed, flaws.iter().min()) {
            (199, Some(..10)) => Err(format!("too few flaws were tried: {flaws:?}")),
            _ => Ok(()),
        }
    });
}

#[test]
fn a_body_that_runs_early_or_twice_is_found_out() {
    let mut random = Random::new(3);
    let script = std::iter::repeat_with(|| Script::random(&mut random))
        .find(|script| {
            script
                .nodes
                .iter()
                .any(|node| node.given.is_none() && !node.edges.is_empty())
        })
        .expect("there are such scripts");
    let node = (script.nodes.iter())
        .position(|node| !node.edges.is_empty() && script.nodes[node.edges[0].node].given.is_none())
        .expect("this one is");
    let observed = Observed::new(script);
    observed.enter(node);
    assert!(observed.violations.lock().unwrap()[0].contains("started before"));
    observed.enter(node);
    assert!(
        observed
            .violations
            .lock()
            .unwrap()
            .iter()
            .any(|violation| violation.ends_with("ran twice"))
    );
}

/// A run that has ended, whatever its output type.
struct Ended {
    state: StateType,
    kinds: Vec<StateType>,
    results: Vec<Result<u64, ResultError>>,
    output: Option<u64>,
    observed: Params,
    events: Option<Vec<String>>,
}

/// Runs the script of a seed, with workers, runtime and readers of its choice.
fn perform(seed: u64) -> (Script, Ended) {
    let mut random = Random::new(seed);
    let script = Script::random(&mut random);
    let spec = script.build();
    let observed = Arc::new(Observed::new(script.clone()));
    let mut runner = Runner::in_memory().jobs(1 + random.below(4));
    for (node, given) in script.nodes.iter().enumerate() {
        if let Some(value) = given.given {
            runner = runner.given(Key::new(spec, node), value);
        }
    }
    let events = Arc::new(Mutex::new(Vec::new()));
    let watched = random.one_in(3);
    if watched {
        let events = Arc::clone(&events);
        runner = runner.reader(move |event: &Event<'_>| {
            events.lock().unwrap().push(match event {
                Event::RunStarted { .. } => "run".to_owned(),
                Event::NodeStarted { node, .. } => format!("start {}", node.name),
                Event::NodeEnded { node, state, .. } => format!("{:?} {}", state.kind, node.name),
                Event::RunEnded { state, .. } => format!("{:?} run", state.kind),
                other => format!("{other:?}"),
            });
        });
    }
    let in_async = random.one_in(4).then(|| random.one_in(2));
    let params = Arc::clone(&observed);
    let mut ended = match spec.tail {
        None => end(
            &launch(&runner, Generated::new(spec, params), in_async),
            spec,
            observed,
        ),
        Some(tail) => {
            let run = launch(
                &runner,
                Generated::with_tail(Key::<u64>::new(spec, tail), params),
                in_async,
            );
            let mut ended = end(&run, spec, observed);
            ended.output = ended.kinds[tail].has_value().then(|| *run.output());
            ended
        }
    };
    ended.events = watched.then(|| std::mem::take(&mut *events.lock().unwrap()));
    (script, ended)
}

/// Runs a flow on threads of its own, or in an async runtime of one thread or of two.
fn launch<S: Start>(runner: &Runner, flow: S, in_async: Option<bool>) -> Run<S::Flow> {
    let Some(one_thread) = in_async else {
        return runner.run_to_end(flow).expect("the run starts");
    };
    let mut runtime = if one_thread {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    let runtime = runtime
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("there are threads");
    match runtime.block_on(runner.run_async(flow)) {
        Ok(run) => run,
        Err(error) => error.into_run().expect("the run starts"),
    }
}

fn end<Output: Send + Sync + 'static>(
    run: &Run<GeneratedFlow<Params, Output>>,
    spec: &'static FlowSpec,
    observed: Params,
) -> Ended {
    Ended {
        state: run.state().kind,
        kinds: run.nodes().map(|(_, state)| state.kind).collect(),
        results: (0..spec.nodes.len())
            .map(|node| run.result(Key::<u64>::new(spec, node)).copied())
            .collect(),
        output: None,
        observed,
        events: None,
    }
}

/// Whether a run came to what the reference says of `script`.
fn agree(run: &Ended, script: &Script) -> Result<(), String> {
    let (state, ends) = reference(script);
    if run.state != state {
        return Err(format!("the run is {:?}, and should be {state:?}", run.state));
    }
    for (index, (state, value)) in ends.iter().copied().enumerate() {
        let node = &script.nodes[index];
        if run.kinds[index] != state {
            return Err(format!(
                "n{index} is {:?}, and should be {state:?}",
                run.kinds[index]
            ));
        }
        let called =
            node.given.is_none() && node.end != End::ArgumentPanic && state != StateType::TriggerFailed;
        let calls = run.observed.calls[index].load(Ordering::SeqCst);
        if calls != u32::from(called) {
            return Err(format!("the body of n{index} was called {calls} times"));
        }
        let stays = node.checkpoint || node.given.is_some() || script.tail == Some(index);
        match &run.results[index] {
            Ok(result) if state == StateType::Success && stays && *result == value => {}
            Err(ResultError::NotKept { .. }) if state == StateType::Success && !stays => {}
            Err(ResultError::NoValue { .. }) if state != StateType::Success => {}
            other => {
                return Err(format!(
                    "the result of n{index} is {other:?}, its value should be {value}"
                ));
            }
        }
        let computed = run.observed.values[index].get().copied();
        let has_computed = state == StateType::Success && node.given.is_none();
        if computed != has_computed.then_some(value) {
            return Err(format!(
                "n{index} computed {computed:?}, its value should be {value}"
            ));
        }
        if script.tail == Some(index) && run.output != (state == StateType::Success).then_some(value) {
            return Err(format!("the output is {:?}, and should be {value}", run.output));
        }
    }
    if let Some(violation) = run.observed.violations.lock().unwrap().first() {
        return Err(violation.clone());
    }
    run.events
        .as_ref()
        .map_or(Ok(()), |events| told(events, script, state, &ends))
}

/// Whether the readers were told of every end, in an order that the edges allow.
fn told(events: &[String], script: &Script, run: StateType, ends: &[(StateType, u64)]) -> Result<(), String> {
    let place = |wanted: String| match events.iter().filter(|event| **event == wanted).count() {
        1 => Ok(events.iter().position(|event| *event == wanted)),
        0 => Ok(None),
        count => Err(format!("`{wanted}` was told {count} times")),
    };
    let mut expected = 2;
    for (index, (state, _)) in ends.iter().enumerate() {
        let node = &script.nodes[index];
        if node.given.is_some() {
            // It had ended before there was a run to tell of.
            expected += place(format!("Success n{index}"))?.map_or(0, |_| 1);
            continue;
        }
        let starts = *state != StateType::TriggerFailed;
        expected += 1 + usize::from(starts);
        let end = place(format!("{state:?} n{index}"))?.ok_or(format!("the end of n{index} was not told"))?;
        let first = if starts {
            let start =
                place(format!("start n{index}"))?.ok_or(format!("the start of n{index} was not told"))?;
            if start > end {
                return Err(format!("n{index} is told to have started after its end"));
            }
            start
        } else {
            end
        };
        for edge in &node.edges {
            let upstream = place(format!("{:?} n{}", ends[edge.node].0, edge.node))?;
            if script.nodes[edge.node].given.is_none() && upstream.is_none_or(|upstream| upstream > first) {
                return Err(format!("n{index} is told before the end of n{}", edge.node));
            }
        }
    }
    let ends_last = events.last() == Some(&format!("{run:?} run"));
    if events.len() != expected || !ends_last {
        return Err(format!(
            "{expected} events, and the end of the run last, became {events:?}"
        ));
    }
    Ok(())
}

/// The script with one thing wrong, as a wrong reference would understand it: a failure overlooked, a value's edge
/// taken for an ordering one, the order of two arguments.
fn flawed(script: &Script) -> [Option<Script>; 3] {
    let (_, ends) = reference(script);
    let change = |wanted: &dyn Fn(usize) -> bool, change: &dyn Fn(&mut script::Node)| {
        let node = (0..ends.len()).find(|&node| script.nodes[node].given.is_none() && wanted(node))?;
        let mut flaw = script.clone();
        change(&mut flaw.nodes[node]);
        Some(flaw)
    };
    let data = |node: usize| {
        let data = script.nodes[node]
            .edges
            .iter()
            .take_while(|edge| **edge == Edge::data(edge.node));
        if ends[node].0 == StateType::Success {
            data.count()
        } else {
            0
        }
    };
    [
        change(&|node| ends[node].0 == StateType::Failed, &|node| {
            node.end = End::Value;
        }),
        change(&|node| data(node) > 0, &|node| {
            node.edges[0] = Edge::order(node.edges[0].node);
        }),
        change(&|node| data(node) > 1, &|node| node.edges.swap(0, 1)),
    ]
}
