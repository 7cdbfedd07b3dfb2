//! A run state as JSON, version 1.
//!
//! ```json
//! {
//!   "flow_state": "1.0",
//!   "flow": "mine::nightly", "fingerprint": "22 characters", "run": "…", "slice": 2,
//!   "time": "2026-11-23T00:00:00+01:00[Europe/Berlin]", "asked": "…", "started": "2026-11-23T05:00:00.123Z",
//!   "params": {"limit": 1000},
//!   "nodes": [
//!     {"task": {"slug": "rows", "name": "fetch"},
//!      "state": {"type": "Success", "attempts": 1, "at": 5310, "took": 5301, "digest": "…", "made": "…"}}
//!   ]
//! }
//! ```
//!
//! | of a state | what |
//! |---|---|
//! | `type`, `message` | the state; no message is left out |
//! | `attempts`, `retries`, `deaths` | attempts so far, which of them were `retries`, which ended with their process; 0 is left out |
//! | `start_time` | when it may go on, of Retrying and Scheduled, and of Cancelled when the run is reopened |
//! | `at`, `took` | when it ended, in milliseconds from `started`; how long it took |
//! | `digest` | of its result: 16 bytes of blake3 in base64 |
//! | `location`, `inline` | where in the store the result is, or the result itself in base64; neither where the target's template tells |
//! | `made` | what made the result, also of one that has gone: three bytes each for task, output type, edges and target |
//! | `details` | what an attempt left to the next one, MessagePack in base64 |
//! | `past` | failed attempts: `[{"attempt": 1, "at": …, "type": "Retrying", "message": "…"}]` |
//! | `children` | of a `for`: `{"total": …, "finished": …, "segments": …}` |
//! | `arm` | of an `if` or `match`: which was chosen |
//!
//! A value of `params` that JSON does not give back stands in `packed` instead, as MessagePack in base64. All base64 is
//! that of URLs, without padding.
//!
//! # Size
//!
//! Bytes a node, of a run of 1,000 nodes whose names and tasks have 18 characters together:
//!
//! | pending | success without kept result | with a target | with ten bytes inline | Cached, which says why |
//! |---|---|---|---|---|
//! | 76 | 139 | 173 | 198 | 212 |
//!
//! # Versions
//!
//! A newer minor version may add fields to the document, to an element of `nodes`, to its `task` and its `state`, which
//! must make sense to nobody but itself: an older program carries them on as they are, those of a state as long as the
//! node stays in it. Everything else is a new major version, which an older program refuses: another type of a state,
//! another meaning of a field, a field that must be known, and whatever stands inside `past` and `children`. What
//! `slug` may be is fixed by the grammar of [`Slug`](super::Slug), which has the children of a `for` and the nodes of a
//! sub-flow.
//!
//! A program that a newer one has to understand writes the smallest minor version that has all its fields.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::kind::StateType;
use super::model::{Extra, Head, NodeState, ParamText, ResultPlace, RunState};

/// The version that is written: major and minor.
pub(super) const VERSION: (u32, u32) = (1, 0);

/// What can always be written.
fn json(state: &impl Serialize) -> String {
    serde_json::to_string(state)
        .expect("all keys are text, no value here fails of itself, and memory takes it")
}

impl RunState {
    /// As JSON; what [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        json(self)
    }

    /// As a bare list of tasks and states, the shape that Prefect's users publish. What is known of the run as a whole is
    /// not in it: a run that goes on from it is a new one.
    ///
    /// ```
    /// use flow_runtime::state::RunState;
    ///
    /// let list = r#"[{"task":{"slug":"t1","name":"task1"},"state":{"type":"Success","message":"done"}}]"#;
    /// assert_eq!(RunState::from_json(list)?.to_list_json(), list);
    /// # Ok::<(), flow_runtime::state::StateError>(())
    /// ```
    pub fn to_list_json(&self) -> String {
        json(&Nodes(&self.nodes, None))
    }
}

impl Serialize for RunState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(head) = &self.head else {
            return Nodes(&self.nodes, None).serialize(serializer);
        };
        let mut map = serializer.serialize_map(None)?;
        // What a newer minor version has written is still there: it stays a document of that version.
        let minor = head.minor.max(VERSION.1);
        map.serialize_entry("flow_state", &format!("{}.{minor}", VERSION.0))?;
        map.serialize_entry("flow", &head.flow)?;
        map.serialize_entry("fingerprint", &head.fingerprint.to_string())?;
        map.serialize_entry("run", &head.run_id)?;
        map.serialize_entry("slice", &head.slice)?;
        map.serialize_entry("time", &head.time)?;
        map.serialize_entry("asked", &head.asked)?;
        map.serialize_entry("started", &head.started)?;
        map.serialize_entry("params", &Params(head))?;
        if head
            .params
            .iter()
            .any(|param| matches!(param.value, ParamText::Packed(_)))
        {
            map.serialize_entry("packed", &Packed(head))?;
        }
        for (name, value) in &head.extra {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("nodes", &Nodes(&self.nodes, Some(head.started)))?;
        map.end()
    }
}

struct Params<'a>(&'a Head);

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = self.0.params.iter().filter_map(|param| match &param.value {
            ParamText::Json(value) => Some((&param.name, value)),
            ParamText::Packed(_) => None,
        });
        serializer.collect_map(json)
    }
}

struct Packed<'a>(&'a Head);

impl Serialize for Packed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let packed = self.0.params.iter().filter_map(|param| match &param.value {
            ParamText::Json(_) => None,
            ParamText::Packed(bytes) => Some((&param.name, BASE64.encode(bytes))),
        });
        serializer.collect_map(packed)
    }
}

/// Nodes, and the moment from which their times are told; without one their times are left out.
struct Nodes<'a>(&'a [NodeState], Option<Timestamp>);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for node in self.0 {
            list.serialize_element(&NodeOf(node, self.1))?;
        }
        list.end()
    }
}

struct NodeOf<'a>(&'a NodeState, Option<Timestamp>);

impl Serialize for NodeOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        // In a list they mean nothing.
        let extra = self.0.extra.as_deref().filter(|_| self.1.is_some());
        map.serialize_entry("task", &TaskOf(self.0, extra))?;
        map.serialize_entry("state", &StateOf(self.0, self.1, extra))?;
        for (name, value) in extra.iter().flat_map(|extra| &extra.node) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Milliseconds from one moment to another.
fn offset(from: Timestamp, to: Timestamp) -> i64 {
    // Between any two moments there are fewer than 2^50.
    i64::try_from(to.duration_since(from).as_millis()).unwrap_or_default()
}

#[derive(Serialize)]
struct Past<'a> {
    attempt: u32,
    at: i64,
    r#type: StateType,
    message: &'a str,
}

struct TaskOf<'a>(&'a NodeState, Option<&'a Extra>);

impl Serialize for TaskOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("slug", &Some(&self.0.slug).filter(|_| !self.0.is_unnamed))?;
        if !self.0.task.is_empty() {
            map.serialize_entry("name", &self.0.task)?;
        }
        for (name, value) in self.1.iter().flat_map(|extra| &extra.task) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

struct StateOf<'a>(&'a NodeState, Option<Timestamp>, Option<&'a Extra>);

impl Serialize for StateOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(node, base, extra) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", node.state.kind.name())?;
        // The list's readers expect one.
        if !node.state.message.is_empty() || base.is_none() {
            map.serialize_entry("message", &node.state.message)?;
        }
        let counts = [
            ("attempts", node.tries.attempts),
            ("retries", node.tries.retries),
            ("deaths", node.deaths),
        ];
        for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            map.serialize_entry(name, &count)?;
        }
        if let Some(at) = &node.not_before {
            map.serialize_entry("start_time", at)?;
        }
        if let (Some(ended), Some(base)) = (node.ended, base) {
            map.serialize_entry("at", &offset(*base, ended))?;
        }
        let took = u64::try_from(node.took.as_millis()).unwrap_or(u64::MAX);
        if took > 0 {
            map.serialize_entry("took", &took)?;
        }
        if let Some(result) = &node.result {
            if let Some(digest) = result.digest {
                map.serialize_entry("digest", &digest.to_string())?;
            }
            match &result.place {
                ResultPlace::Target(path) | ResultPlace::Spilled(path) => {
                    map.serialize_entry("location", path)?;
                }
                ResultPlace::Inline(bytes) => map.serialize_entry("inline", &BASE64.encode(bytes))?,
                // The digest says that there is one.
                ResultPlace::Rendered => {}
            }
        }
        if let Some(made) = node.made {
            map.serialize_entry("made", &made.to_string())?;
        }
        if let Some(details) = &node.details {
            map.serialize_entry("details", &BASE64.encode(details))?;
        }
        if !node.past.is_empty() {
            let base = base.unwrap_or(Timestamp::UNIX_EPOCH);
            let past = node.past.iter().map(|attempt| Past {
                attempt: attempt.number,
                at: offset(base, attempt.ended),
                r#type: attempt.state.kind,
                message: &attempt.state.message,
            });
            map.serialize_entry("past", &past.collect::<Vec<_>>())?;
        }
        if let Some(children) = node.children {
            map.serialize_entry("children", &children)?;
        }
        if let Some(arm) = node.arm {
            map.serialize_entry("arm", &arm)?;
        }
        for (name, value) in extra.iter().flat_map(|extra| &extra.state) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for StateType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
