//! Plays the queue: every answer is a message, every message is delivered, once or more often, until the run has ended.

use std::any::Any;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use flow_runtime::__private::{Generated, Key};
use flow_runtime::state::RunState;
use flow_runtime::{Runner, Slice, SliceError};
use jiff::Timestamp;

use crate::random::Random;
use crate::rules::observed::Observed;
use crate::rules::perform::{self, Came};
use crate::rules::script::Script;

use super::broken::Broken;
use super::checks::{self, Told};
use super::cut::{Allowed, Cut, Deliveries};
use super::deaths::Witness;
use super::place::Place;
use super::wire;

/// What a slice answers.
pub(super) enum Answer {
    Again {
        state: RunState,
        not_before: Option<Timestamp>,
    },
    Finished(Ended),
}

/// How a run ended.
pub(super) struct Ended {
    pub(super) came: Came,
    pub(super) state: RunState,
    /// The flow's output, if it has one and its tail has a value.
    pub(super) output: Option<u64>,
}

/// A run that is played.
pub(super) struct Play<'a> {
    script: &'a Script,
    cut: Cut,
    pub(super) observed: Arc<Observed>,
    pub(super) place: Arc<Place>,
    random: Random,
    broken: Option<Broken>,
    /// Who looks on, and whether also where hooks are asked.
    witness: Option<(Arc<Witness>, bool)>,
    /// Every message so far, the oldest first.
    pub(super) messages: Vec<String>,
    told: Told,
    /// How many slices there were.
    pub(super) slices: usize,
}

impl<'a> Play<'a> {
    pub(super) fn new(script: &'a Script, cut: Cut, observed: Arc<Observed>, place: Place) -> Self {
        Self {
            script,
            cut,
            observed,
            place: Arc::new(place),
            random: Random::new(cut.seed),
            broken: None,
            witness: None,
            messages: Vec::new(),
            told: Told::default(),
            slices: 0,
        }
    }

    pub(super) fn broken(mut self, broken: Option<Broken>) -> Self {
        self.broken = broken;
        self
    }

    pub(super) fn watched_by(&mut self, witness: Arc<Witness>, hooks: bool) {
        self.witness = Some((witness, hooks));
    }

    /// Delivers the message `first`, the start of the run without one, and all that follow from it.
    ///
    /// # Errors
    ///
    /// What must never be seen of a run.
    pub(super) fn finish(&mut self, first: Option<String>) -> Result<Ended, String> {
        let patience = self.patience();
        let mut message = first;
        loop {
            let mut answers = Vec::new();
            for _ in 0..self.deliveries(message.as_deref()) {
                let again = !answers.is_empty();
                match self.deliver(message.as_deref(), again)? {
                    Answer::Finished(ended) => return self.repeat_all(ended),
                    Answer::Again { state, not_before } => answers.push((state, not_before)),
                }
            }
            if self.cut.deliveries == Deliveries::TwiceAndStale && self.random.one_in(2) {
                let stale = self.stale();
                if let Answer::Finished(ended) = self.deliver(Some(&stale), true)? {
                    return self.repeat_all(ended);
                }
            }
            let (state, not_before) = answers.swap_remove(self.random.below(answers.len()));
            self.wait(not_before);
            message = Some(self.send(&state)?);
            if self.slices > patience {
                return Err(format!(
                    "it does not end: after {} slices it is {state:?}",
                    self.slices
                ));
            }
        }
    }

    /// One slice.
    ///
    /// # Errors
    ///
    /// What must never be seen of a slice.
    pub(super) fn deliver(&mut self, message: Option<&str>, again: bool) -> Result<Answer, String> {
        if again && self.broken == Some(Broken::ForgetsTheRun) {
            self.place.forget().map_err(|error| error.to_string())?;
        }
        let state = match message {
            Some(message) => Some(wire::received(message, &mut self.random)?),
            None => None,
        };
        let allowed = self.cut.allowed(self.slices, &mut self.random);
        let begins = state.as_ref().is_none_or(|state| state.slice() == 0);
        let runner = perform::options(self.place.runner(), &self.observed);
        let runner = if begins || self.cut.gives_always {
            perform::given(runner, &self.observed)
        } else {
            runner
        };
        let runner = match &self.witness {
            Some((witness, hooks)) => witness.watch(runner, *hooks),
            None => runner,
        };
        let seen = checks::Before::now(&self.observed);
        let too_many = u32::from(self.broken == Some(Broken::SpendsMore));
        let used = Allowed {
            tasks: allowed.tasks.map(|tasks| tasks + too_many),
            ..allowed
        };
        let answer = slice(&runner, &self.observed, state, used)?;
        self.slices += 1;
        if let Some(violation) = self.observed.violations.lock().unwrap().first() {
            return Err(violation.clone());
        }
        self.told
            .slice(self.script, &seen, allowed, &answer, &self.observed)?;
        Ok(answer)
    }

    /// The message that a state becomes, for this and any later time.
    pub(super) fn send(&mut self, state: &RunState) -> Result<String, String> {
        let mut message = wire::sent(state, &mut self.random)?;
        if let Some(broken) = self.broken {
            message = broken.spoil(&message)?;
        }
        self.messages.push(message.clone());
        Ok(message)
    }

    /// What can be said of the slices so far as a whole.
    pub(super) fn told(&self) -> &Told {
        &self.told
    }

    fn deliveries(&self, message: Option<&str>) -> usize {
        // Without a message a second delivery is another run.
        if message.is_some() && self.cut.deliveries != Deliveries::Once {
            2
        } else {
            1
        }
    }

    /// Any earlier message, or the one before the first slice.
    fn stale(&mut self) -> String {
        let place = self.random.below(self.messages.len() + 1);
        match (self.messages.get(place), self.told.first()) {
            (Some(message), _) => message.clone(),
            (None, Some(first)) => wire::unstarted(first).expect("it was published"),
            (None, None) => unreachable!("a slice has answered"),
        }
    }

    /// Comes when there is something to do, or too early.
    fn wait(&mut self, not_before: Option<Timestamp>) {
        let comes_early = self.random.one_in(3) || self.broken == Some(Broken::LosesTheTime);
        if let Some(at) = not_before.filter(|_| !comes_early) {
            let time = Duration::try_from(at.duration_since(Timestamp::now()));
            thread::sleep(time.unwrap_or_default() + Duration::from_micros(1));
        }
    }

    /// Once a run has ended, no message makes it go on.
    fn repeat_all(&mut self, ended: Ended) -> Result<Ended, String> {
        let last = self.send(&ended.state)?;
        let mut messages = vec![last];
        if self.cut.deliveries != Deliveries::Once {
            messages.extend((0..3).map(|_| self.stale()));
        }
        let calls = self.observed.all_calls();
        for message in messages {
            match self.deliver(Some(&message), true)? {
                Answer::Finished(again) if again.came == ended.came => {}
                Answer::Finished(again) => {
                    return Err(format!(
                        "asked again, it had come to {:?}, and before to {:?}",
                        again.came, ended.came
                    ));
                }
                Answer::Again { state, .. } => {
                    return Err(format!("it had ended, and goes on as {state:?}"));
                }
            }
        }
        if self.observed.all_calls() != calls {
            return Err("it had ended, and a body ran".to_owned());
        }
        Ok(ended)
    }

    /// So many slices are enough for any run of these.
    fn patience(&self) -> usize {
        let nodes = self.script.nodes.iter();
        let attempts: usize = nodes.map(|node| 3 + 3 * node.ends.len()).sum();
        // Slices that come too early do nothing.
        self.slices + 20 * attempts + 100
    }
}

type Params = Arc<Observed>;

/// Drives a slice, whatever the output of the flow.
pub(super) fn slice(
    runner: &Runner,
    observed: &Params,
    state: Option<RunState>,
    allowed: Allowed,
) -> Result<Answer, String> {
    let params = Arc::clone(observed);
    match observed.spec.tail {
        None => slice_of(
            runner,
            Generated::new(observed.spec, params),
            observed,
            state,
            allowed,
        ),
        Some(tail) => {
            let tail = Key::<u64>::new(observed.spec, tail);
            slice_of(
                runner,
                Generated::with_tail(tail, params),
                observed,
                state,
                allowed,
            )
        }
    }
}

fn slice_of<Output: Send + Sync + 'static>(
    runner: &Runner,
    flow: Generated<Params, Output>,
    observed: &Params,
    state: Option<RunState>,
    allowed: Allowed,
) -> Result<Answer, String> {
    let failed = |error: SliceError| chain(&error);
    let slice = match (state, allowed.budget()) {
        (None, Some(budget)) => runner.slice(flow, budget).map_err(failed)?,
        (Some(state), budget) => {
            let flow = flow.restore(state).map_err(|error| chain(&error))?;
            match budget {
                Some(budget) => runner.slice(flow, budget).map_err(failed)?,
                None => whole(runner.run_to_end(flow).map_err(|error| chain(&error))?)?,
            }
        }
        (None, None) => whole(runner.run_to_end(flow).map_err(|error| chain(&error))?)?,
    };
    Ok(match slice {
        Slice::CallAgain { state, not_before } => Answer::Again { state, not_before },
        Slice::Finished(run) => {
            let tail = observed
                .spec
                .tail
                .map(|tail| Key::<u64>::new(observed.spec, tail));
            let output = tail
                .filter(|tail| run.result(*tail).is_ok())
                .map(|_| run.output() as &dyn Any);
            Answer::Finished(Ended {
                came: perform::came(&run, observed),
                state: run.run_state().map_err(|error| chain(&error))?,
                output: output.and_then(|output| output.downcast_ref().copied()),
            })
        }
    })
}

/// A run without a budget, as the last of its slices.
fn whole<F: flow_runtime::Flow>(run: flow_runtime::Run<F>) -> Result<Slice<F>, String> {
    if run.state().kind.is_finished() {
        return Ok(Slice::Finished(run));
    }
    Ok(Slice::CallAgain {
        state: run.run_state().map_err(|error| chain(&error))?,
        not_before: None,
    })
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
