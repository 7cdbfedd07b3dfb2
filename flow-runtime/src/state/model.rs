//! [`RunState`]: the serializable whole of a run, between two of its invocations.

use core::time::Duration;

use std::collections::BTreeMap;

use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value};

use super::children::RecordedChildren;
use super::fingerprint::Signature;
use super::kind::{State, StateType};
use super::slug::label;
use crate::digest::ShortDigest;
use crate::hook::PastAttempt;
use crate::plan::Tries;
use crate::store::StorePath;

/// A run between two of its invocations: what [`slice`](crate::Runner::slice) answers, what is published, and what the
/// run goes on from in another process.
///
/// It is JSON of a stated, versioned form; Prefect's own list of tasks and states is read too. It holds small results
/// itself and says where the store has the others.
///
/// ```
/// use flow_runtime::state::{RunState, StateType};
///
/// let state = RunState::from_json(r#"[{"task": {"slug": "t1"}, "state": {"type": "Success", "message": "done"}}]"#)?;
/// let (slug, node) = state.nodes().map(|node| (node.slug(), node.state())).next().unwrap();
/// assert_eq!((slug, node.kind, &*node.message), ("t1", StateType::Success, "done"));
/// # Ok::<(), flow_runtime::state::StateError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RunState {
    /// `None` for a bare list of states.
    pub(crate) head: Option<Box<Head>>,
    pub(crate) nodes: Vec<NodeState>,
    /// Of every `for`, by its name, as far as this process knows them; they are not published.
    pub(crate) children: BTreeMap<String, RecordedChildren>,
}

/// What is to be said of a run as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    /// The flow's path: `module::function`.
    pub(crate) flow: String,
    pub(crate) fingerprint: ShortDigest,
    pub(crate) run_id: String,
    /// How many slices have ended.
    pub(crate) slice: u32,
    /// The logical time.
    pub(crate) time: Zoned,
    /// What logical time was asked for; it identifies the run.
    pub(crate) asked: String,
    /// When the run started: the times of nodes are told from here.
    pub(crate) started: Timestamp,
    /// In the order of their names, each once.
    pub(crate) params: Vec<StoredParam>,
    /// What a newer minor version has written beyond this one, carried as it is.
    pub(crate) extra: Map<String, Value>,
    /// The minor version that wrote it.
    pub(crate) minor: u32,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredParam {
    pub(crate) name: String,
    pub(crate) value: ParamText,
}

/// A parameter's value, written down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ParamText {
    Json(Value),
    /// Where JSON does not give back what it took: MessagePack.
    Packed(Vec<u8>),
}

/// The state of one node in a [`RunState`].
#[derive(Debug, Clone, PartialEq)]
pub struct NodeState {
    pub(crate) slug: String,
    /// Whether a list gave no slug: `slug` is the task's name then.
    pub(crate) is_unnamed: bool,
    /// The task's name; empty where the list did not say it.
    pub(crate) task: String,
    pub(crate) state: State,
    pub(crate) tries: Tries,
    /// How many of its attempts ended with the death of their process.
    pub(crate) deaths: u32,
    /// When it may go on: Retrying, Scheduled.
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) took: Duration,
    /// Where its result is; `None` where there is none, or it was in memory and has gone.
    pub(crate) result: Option<StoredResult>,
    /// What made the result, also of one that has gone.
    pub(crate) made: Option<Signature>,
    /// What an attempt leaves to the next one, as MessagePack.
    pub(crate) details: Option<Vec<u8>>,
    pub(crate) past: Vec<PastAttempt>,
    /// Of a `for`.
    pub(crate) children: Option<Children>,
    /// Of an `if` or `match`: which arm was chosen, from 0.
    pub(crate) arm: Option<u32>,
    /// What a newer minor version has written beyond this one.
    pub(crate) extra: Option<Box<Extra>>,
}

/// What a newer minor version has written of a node beyond this one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extra {
    /// Beside `task` and `state`.
    pub(crate) node: Map<String, Value>,
    pub(crate) task: Map<String, Value>,
    /// Of the state as it was: another one does not have it.
    pub(crate) state: Map<String, Value>,
}

/// The children of a `for`, as its node tells them: their own states lie in the store, in segments, so that a run state
/// does not grow with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Children {
    /// How many items there are.
    pub total: u64,
    /// How many of their children have finished.
    pub finished: u64,
    /// How many segments hold their states.
    pub segments: u32,
}

/// A result that a store or the state itself has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredResult {
    /// Of its bytes; `None` where nobody knows it, as where a list says only the place.
    pub(crate) digest: Option<ShortDigest>,
    pub(crate) place: ResultPlace,
}

/// Where a result is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResultPlace {
    /// In the target, where its template says without any other result.
    Rendered,
    /// In the target, here.
    Target(StorePath),
    /// Among the run's own files, here.
    Spilled(StorePath),
    /// In the state.
    Inline(Vec<u8>),
}

/// A time as it is stored: to the microsecond, which is what journals, Prefect and run ids have.
pub(crate) fn stored_time(at: Timestamp) -> Timestamp {
    time_of(at.as_microsecond()).unwrap_or(at)
}

/// The time that is so many microseconds after 1970. Also in the last second that can be told, where `Timestamp` itself
/// takes none: whoever waits for ever waits until then.
pub(crate) fn time_of(micros: i64) -> Result<Timestamp, jiff::Error> {
    let nanos = micros.rem_euclid(1_000_000) * 1_000;
    Timestamp::new(micros.div_euclid(1_000_000), i32::try_from(nanos).unwrap_or(0))
}

/// Where the files of runs lie in a directory that has their journals.
pub(crate) const RUNS: &str = ".flow/runs";

/// Where those of runs lie that a store keeps itself, or that are recorded elsewhere.
pub(crate) const STORED_RUNS: &str = ".flow/stored";

impl ResultPlace {
    /// A path that a state names.
    pub(crate) fn at(path: StorePath) -> Self {
        let is_below = |place: &&str| {
            let rest = path.as_str().strip_prefix(*place);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        if [RUNS, STORED_RUNS].iter().any(is_below) {
            Self::Spilled(path)
        } else {
            Self::Target(path)
        }
    }
}

/// How deep the value of a parameter may nest to stand in a run state as JSON: it nests within the document, and readers
/// of JSON have a limit.
const DEEPEST: usize = 100;

/// Parameters in the order of their names; an error is a name that is there twice.
pub(crate) fn in_order(mut params: Vec<StoredParam>) -> Result<Vec<StoredParam>, String> {
    params.sort_by(|a, b| a.name.cmp(&b.name));
    match params.windows(2).find(|two| two[0].name == two[1].name) {
        Some(two) => Err(two[0].name.clone()),
        None => Ok(params),
    }
}

impl ParamText {
    /// JSON, unless it nests too deep.
    pub(crate) fn json(value: Value) -> Option<Self> {
        fn nests(value: &Value, levels: usize) -> bool {
            match value {
                Value::Array(_) | Value::Object(_) if levels == 0 => true,
                Value::Array(items) => items.iter().any(|item| nests(item, levels - 1)),
                Value::Object(entries) => entries.values().any(|item| nests(item, levels - 1)),
                _ => false,
            }
        }
        (!nests(&value, DEEPEST)).then_some(Self::Json(value))
    }
}

impl NodeState {
    /// A node that has not started.
    pub(crate) fn pending(slug: impl Into<String>, task: impl Into<String>) -> Self {
        Self {
            slug: slug.into(),
            is_unnamed: false,
            task: task.into(),
            state: State::new(StateType::Pending, ""),
            tries: Tries::default(),
            deaths: 0,
            not_before: None,
            ended: None,
            took: Duration::ZERO,
            result: None,
            made: None,
            details: None,
            past: Vec::new(),
            children: None,
            arm: None,
            extra: None,
        }
    }

    /// The node's name in the flow, or what a list calls it.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The task's name; empty where a list does not say it.
    pub fn task(&self) -> &str {
        &self.task
    }

    /// Its state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many attempts have started.
    pub fn attempts(&self) -> u32 {
        self.tries.attempts
    }

    /// When it may go on, of a node that waits for its time.
    pub fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// Its attempts that have failed, the first first.
    pub fn past(&self) -> &[PastAttempt] {
        &self.past
    }

    /// The children, of a `for`.
    pub fn children(&self) -> Option<Children> {
        self.children
    }

    /// What a process that begins to drive the run makes of it: what was paused goes on, what ran has died.
    pub(crate) fn begin(&mut self) {
        match self.state.kind {
            // What it waits for is said until it runs again.
            StateType::Paused => self.state.kind = StateType::Pending,
            StateType::Running => {
                self.deaths = super::one_more(self.deaths);
                self.tries.attempts = self.tries.attempts.max(1);
                self.state = State::new(StateType::Pending, "its process died while it ran");
            }
            _ => {}
        }
    }

    /// Whether the other says the same of a node, whatever it is called and to whatever fraction of a second times are
    /// told.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let said = |node: &Self| {
            (
                (node.tries, node.deaths, node.not_before),
                (node.children, node.arm),
            )
        };
        let attempts = |node: &Self| -> Vec<(u32, State)> {
            let past = node.past.iter();
            past.map(|attempt| (attempt.number, attempt.state.clone()))
                .collect()
        };
        self.state == other.state
            && said(self) == said(other)
            && self.result == other.result
            && self.details == other.details
            && attempts(self) == attempts(other)
    }

    /// Takes what a newer version has written of the node in another state of it, as far as that still holds: a journal does
    /// not know it.
    pub(crate) fn carry(&mut self, other: Self) {
        let is_same = (&self.state, self.tries) == (&other.state, other.tries);
        self.extra = other.extra.map(|mut extra| {
            if !is_same {
                extra.state.clear();
            }
            extra
        });
    }

    /// As before its first attempt, with the message of why.
    pub(crate) fn start_over(&mut self, message: &str) {
        let (slug, task) = (core::mem::take(&mut self.slug), core::mem::take(&mut self.task));
        let (is_unnamed, extra) = (self.is_unnamed, self.extra.take());
        *self = Self::pending(slug, task);
        self.is_unnamed = is_unnamed;
        message.clone_into(&mut self.state.message);
        self.extra = extra.map(|mut extra| {
            extra.state.clear();
            extra
        });
    }
}

impl RunState {
    /// The run's id; a bare list has none.
    pub fn run_id(&self) -> Option<&str> {
        self.head.as_ref().map(|head| &*head.run_id)
    }

    /// The path of the flow, `module::function`; a bare list has none.
    pub fn flow(&self) -> Option<&str> {
        self.head.as_ref().map(|head| &*head.flow)
    }

    /// The logical time; a bare list has none.
    pub fn logical_time(&self) -> Option<&Zoned> {
        self.head.as_ref().map(|head| &head.time)
    }

    /// How many slices of the run have ended.
    pub fn slice(&self) -> u32 {
        self.head.as_ref().map_or(0, |head| head.slice)
    }

    /// The nodes, in the order of their statements.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &NodeState> {
        self.nodes.iter()
    }

    /// The node with this slug.
    pub fn node(&self, slug: &str) -> Option<&NodeState> {
        self.nodes.iter().find(|node| node.slug == slug)
    }

    /// The children of the `for` of this name of which something is known, each by its slug, `pages[3]` or `pages["key"]`. They
    /// stand in the journal of a run: a state from [`Runner::recorded`](crate::Runner::recorded) knows them, a published one
    /// says how many there are.
    pub fn children(&self, name: &str) -> impl Iterator<Item = (String, &NodeState)> {
        let children = self.children.get_key_value(name);
        children.into_iter().flat_map(|(name, of)| {
            of.states.iter().map(move |(place, child)| {
                let label = label(place, child.key.as_deref());
                (format!("{name}{label}"), &child.state)
            })
        })
    }

    /// Whether no node is pending.
    pub fn is_finished(&self) -> bool {
        self.nodes.iter().all(|node| node.state.kind.is_finished())
    }

    /// Makes what was cancelled Pending: the next invocation goes on with it, where it was with its attempts. For a run that
    /// was ended on purpose, to be continued: Prefect's ENDRUN.
    #[must_use = "the state is taken and given back"]
    pub fn reopen(mut self) -> Self {
        for node in &mut self.nodes {
            if node.state.kind == StateType::Cancelled {
                let kind = match node.not_before {
                    Some(_) => StateType::Retrying,
                    None => StateType::Pending,
                };
                node.state = State::new(kind, "");
                (node.ended, node.took) = (None, Duration::ZERO);
            }
        }
        self
    }
}
