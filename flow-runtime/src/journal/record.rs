//! The records of a journal: MessagePack, with short names, for there are two for every attempt.
//!
//! | record | what | fields |
//! |---|---|---|
//! | `H` head | which run it is | `f` flow, `p` its fingerprint, `i` run id, `d` identity, `t` logical time, `a` asked for, `s` started, `v` parameters: `n` name, and `j` JSON or `m` MessagePack |
//! | `T` table | the nodes that later records name by place | of each: `s` slug, `t` task, `m` what makes its result |
//! | `O` opened | a process drives the run | `s` its slice |
//! | `F` children | a `for` has made its children | `n` node, `t` how many, `g` digest of its items or their keys, `x` true where nothing holds that was told of earlier ones |
//! | `S` started | a body starts | `n` node, `j` which child of a `for`, `a` attempt |
//! | `N` node | what a node is now | `n` node, `k` the number of its state's type, `m` message, `a` attempts, `r` retries, `d` deaths, `b` not before, `e` ended, `t` took, `g` digest and `p` place of its result, `x` details, `h` failed attempts (`n` number, `e` ended, `k` type, `m` message), `i` those of them that ended since the record before: where it is there `h` does not count, and what is known of earlier ones stays, `c` children (`t` total, `f` finished, `s` segments), `w` arm; of a child of a `for` `j` which it is, `y` its key |
//! | `D` details | what the body that runs has left to the next attempt, in place of what was left before; after its attempt, or where that was left, it says nothing | `n` node, `j` child, `x` MessagePack |
//! | `X` halted | what runs was left on purpose | |
//!
//! A place is `r` (where the target's template says), `{"p": path}` or `{"i": bytes}`. Times are microseconds since 1970,
//! digests 16 bytes, signatures 12. What is empty, 0 or none is left out.
//!
//! Until the first release version 1 may still change; what is said here of later ones holds from then on.
//!
//! Every field has a name, and one that is not known is passed over. Yet an added field needs a new version of the journal: an
//! older program that goes on with a long journal writes it anew, and would leave out what it does not know. So do another
//! meaning of a field, and a kind of record, a place or a number of a state that is new: what is not known of these is an
//! error, for it may undo what an earlier record says.

use core::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};

use super::head::HeadRecord;
use crate::digest::ShortDigest;
use crate::hook::PastAttempt;
use crate::message_pack;
use crate::plan::Tries;
use crate::state::{
    Children, MOST, NodeState, RecordedChild, ResultPlace, Signature, Slug, State, StateType, StoredResult,
    time_of,
};
use crate::store::StorePath;

/// How deep a record nests, with room to spare.
const DEEPEST: usize = 32;

/// One record.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Record {
    /// What run it is. Says nothing of nodes.
    #[serde(rename = "H")]
    Head(HeadRecord),
    /// The nodes that later records name by their place here, in place of those of earlier ones: every process that
    /// drives a run writes those of its own flow.
    #[serde(rename = "T")]
    Table(Vec<TableEntry>),
    /// A process starts to drive the run. What an earlier one left running has ended with it.
    #[serde(rename = "O")]
    Opened(Opened),
    /// A `for` has made its children.
    #[serde(rename = "F")]
    Children(ChildrenMade),
    /// A body starts.
    #[serde(rename = "S")]
    Started(Started),
    /// What a node is now.
    #[serde(rename = "N")]
    Node(Box<NodeRecord>),
    /// What a body that runs has left to the next attempt.
    #[serde(rename = "D")]
    Details(Details),
    /// What runs is left by a process that ends on purpose: it did not die of it.
    #[serde(rename = "X")]
    Halted,
}

impl Record {
    /// What a child of a `for` is now.
    pub(crate) fn child(place: Place, of: &RecordedChild) -> Self {
        let record = NodeRecord::new(place, &of.state).keyed(of.key.as_deref());
        Self::Node(Box::new(record))
    }
}

/// A node.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TableEntry {
    #[serde(rename = "s")]
    slug: String,
    /// The task's name.
    #[serde(rename = "t")]
    task: String,
    /// What makes its result.
    #[serde(rename = "m")]
    made: ByteArray<12>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// The slice that begins, from 1.
    #[serde(rename = "s")]
    pub(crate) slice: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ChildrenMade {
    #[serde(rename = "n")]
    pub(crate) node: u32,
    #[serde(rename = "t")]
    pub(crate) total: u64,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<ByteArray<16>>,
    /// Whether nothing holds that was told of earlier ones.
    #[serde(rename = "x", default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) forgets: bool,
}

/// Which node of a run something is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) node: u32,
    /// Which child of that, where it is a `for`.
    pub(crate) child: Option<u64>,
}

impl From<u32> for Place {
    fn from(node: u32) -> Self {
        Self { node, child: None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Started {
    #[serde(rename = "n")]
    pub(crate) node: u32,
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub(crate) child: Option<u64>,
    /// Which attempt it is.
    #[serde(rename = "a")]
    pub(crate) attempt: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[allow(
    clippy::struct_field_names,
    reason = "what a record says has the name of the record"
)]
pub(crate) struct Details {
    #[serde(rename = "n")]
    pub(crate) node: u32,
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub(crate) child: Option<u64>,
    #[serde(rename = "x")]
    pub(crate) details: ByteBuf,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NodeRecord {
    #[serde(rename = "n")]
    pub(crate) node: u32,
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub(crate) child: Option<u64>,
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(rename = "k")]
    kind: u8,
    #[serde(rename = "m", default, skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(rename = "a", default, skip_serializing_if = "is_zero")]
    attempts: u32,
    #[serde(rename = "r", default, skip_serializing_if = "is_zero")]
    retries: u32,
    #[serde(rename = "d", default, skip_serializing_if = "is_zero")]
    deaths: u32,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    not_before: Option<i64>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    ended: Option<i64>,
    #[serde(rename = "t", default, skip_serializing_if = "is_no_time")]
    took: u64,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    digest: Option<ByteArray<16>>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    place: Option<PlaceRecord>,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    details: Option<ByteBuf>,
    /// All attempts that have ended; where `newer` is there, it alone counts.
    #[serde(rename = "h", default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<PastRecord>,
    /// The attempts that have ended since the record before: what that says of others still holds.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    newer: Option<Vec<PastRecord>>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    children: Option<ChildrenRecord>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    arm: Option<u32>,
}

/// An attempt that has ended.
#[derive(Debug, Serialize, Deserialize)]
struct PastRecord {
    #[serde(rename = "n")]
    number: u32,
    #[serde(rename = "e")]
    ended: i64,
    #[serde(rename = "k")]
    kind: u8,
    #[serde(rename = "m", default, skip_serializing_if = "String::is_empty")]
    message: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct ChildrenRecord {
    #[serde(rename = "t")]
    total: u64,
    #[serde(rename = "f")]
    finished: u64,
    #[serde(rename = "s")]
    segments: u32,
}

#[derive(Debug, Serialize, Deserialize)]
enum PlaceRecord {
    #[serde(rename = "r")]
    Rendered,
    #[serde(rename = "p")]
    Path(String),
    #[serde(rename = "i")]
    Inline(ByteBuf),
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_no_time(time: &u64) -> bool {
    *time == 0
}

impl TableEntry {
    pub(crate) fn new(slug: &str, task: &str, made: Signature) -> Self {
        Self {
            slug: slug.to_owned(),
            task: task.to_owned(),
            made: ByteArray::new(*made.as_bytes()),
        }
    }

    /// Slug, task's name, and what makes the result.
    pub(crate) fn read(self) -> Result<(String, String, Signature), String> {
        Slug::check(&self.slug).map_err(|error| error.to_string())?;
        Ok((
            self.slug,
            self.task,
            Signature::from_bytes(self.made.into_array()),
        ))
    }
}

impl ChildrenMade {
    pub(crate) fn new(node: u32, total: u64, digest: Option<ShortDigest>) -> Self {
        Self {
            node,
            total,
            digest: digest.map(|digest| ByteArray::new(*digest.as_bytes())),
            forgets: false,
        }
    }

    /// Nothing holds any more that was told of the children of this node.
    pub(crate) fn forgotten(node: u32) -> Self {
        Self {
            forgets: true,
            ..Self::new(node, 0, None)
        }
    }

    pub(crate) fn digest(&self) -> Option<ShortDigest> {
        self.digest
            .map(|digest| ShortDigest::from_bytes(digest.into_array()))
    }
}

impl Started {
    /// Which attempt it is.
    pub(crate) fn read(&self) -> Result<u32, String> {
        count(self.attempt)
    }
}

impl Opened {
    pub(crate) fn read(&self) -> Result<u32, String> {
        count(self.slice)
    }
}

impl NodeRecord {
    pub(crate) fn new(place: impl Into<Place>, state: &NodeState) -> Self {
        // Of a `for` that has not ended a document says where its children are; a journal tells of each.
        let result = state.result.as_ref().filter(|_| state.state.kind.has_value());
        let Place { node, child } = place.into();
        Self {
            node,
            child,
            key: None,
            kind: state.state.kind as u8,
            message: state.state.message.clone(),
            attempts: state.tries.attempts,
            retries: state.tries.retries,
            deaths: state.deaths,
            not_before: state.not_before.map(Timestamp::as_microsecond),
            ended: state.ended.map(Timestamp::as_microsecond),
            took: u64::try_from(state.took.as_micros()).unwrap_or(u64::MAX),
            digest: result
                .and_then(|result| result.digest)
                .map(|digest| ByteArray::new(*digest.as_bytes())),
            place: result.map(|result| match &result.place {
                ResultPlace::Rendered => PlaceRecord::Rendered,
                ResultPlace::Target(path) | ResultPlace::Spilled(path) => {
                    PlaceRecord::Path(path.as_str().to_owned())
                }
                ResultPlace::Inline(bytes) => PlaceRecord::Inline(bytes.clone().into()),
            }),
            details: state.details.clone().map(ByteBuf::from),
            past: state.past.iter().map(PastRecord::new).collect(),
            newer: None,
            children: state.children.map(|of| ChildrenRecord {
                total: of.total,
                finished: of.finished,
                segments: of.segments,
            }),
            arm: state.arm,
        }
    }

    /// The same where a record of the node is written already, and of its attempts the last `count` have ended since.
    pub(crate) fn newer(place: Place, state: &mut NodeState, count: usize) -> Self {
        let past = core::mem::take(&mut state.past);
        let known = past.len().saturating_sub(count);
        let written = past[known..].iter().map(PastRecord::new).collect();
        let (past, newer) = if known == 0 {
            (written, None)
        } else {
            (Vec::new(), Some(written))
        };
        Self {
            past,
            newer,
            ..Self::new(place, state)
        }
    }

    /// The same of a child that has this key.
    pub(crate) fn keyed(self, key: Option<&str>) -> Self {
        Self {
            key: key.map(str::to_owned),
            ..self
        }
    }

    /// Overwrites what is said of the node.
    pub(crate) fn read(mut self, into: &mut NodeState) -> Result<(), String> {
        let kind = |number: u8| StateType::numbered(number).ok_or_else(|| format!("{number} is no state"));
        let digest = self
            .digest
            .map(|digest| ShortDigest::from_bytes(digest.into_array()));
        let place = match self.place {
            None => None,
            Some(PlaceRecord::Rendered) => Some(ResultPlace::Rendered),
            Some(PlaceRecord::Path(path)) => Some(ResultPlace::at(
                StorePath::new(path).map_err(|error| error.to_string())?,
            )),
            Some(PlaceRecord::Inline(bytes)) => Some(ResultPlace::Inline(bytes.into_vec())),
        };
        let past = match self.newer {
            None => self.past.into_iter(),
            Some(ref mut newer) => core::mem::take(newer).into_iter(),
        };
        let past = past.map(|past| {
            Ok(PastAttempt {
                number: count(past.number)?,
                ended: timestamp(past.ended)?,
                state: State::new(kind(past.kind)?, past.message),
            })
        });
        into.state = State::new(kind(self.kind)?, self.message);
        if place.is_some() && !into.state.kind.has_value() {
            return Err(format!("a node is {}, and yet has a result", into.state.kind));
        }
        if self.not_before.is_some() && !into.state.kind.may_wait() {
            return Err(format!("a node is {}, and yet waits", into.state.kind));
        }
        if digest.is_none() && place == Some(ResultPlace::Rendered) {
            return Err("a result in a target has a digest".to_owned());
        }
        into.tries = Tries {
            attempts: count(self.attempts)?,
            retries: count(self.retries)?,
        };
        into.deaths = count(self.deaths)?;
        into.not_before = self.not_before.map(timestamp).transpose()?;
        into.ended = self.ended.map(timestamp).transpose()?;
        into.took = Duration::from_micros(self.took);
        into.result = place.map(|place| StoredResult { digest, place });
        into.details = self.details.map(ByteBuf::into_vec);
        let past = past.collect::<Result<Vec<_>, String>>()?;
        if self.newer.is_none() {
            into.past.clear();
        }
        into.past.extend(past);
        PastAttempt::forget_oldest(&mut into.past);
        into.children = self.children.map(|of| Children {
            total: of.total,
            finished: of.finished,
            segments: of.segments,
        });
        into.arm = self.arm;
        Ok(())
    }
}

impl PastRecord {
    fn new(attempt: &PastAttempt) -> Self {
        Self {
            number: attempt.number,
            ended: attempt.ended.as_microsecond(),
            kind: attempt.state.kind as u8,
            message: attempt.state.message.clone(),
        }
    }
}

impl Record {
    pub(crate) fn encode(&self, to: &mut Vec<u8>) -> Result<(), rmp_serde::encode::Error> {
        rmp_serde::encode::write_named(to, self)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        // A decoder takes what it wants from the front, and would not tell that more follows.
        message_pack::check::<{ DEEPEST + 1 }>(bytes).map_err(|error| error.to_string())?;
        rmp_serde::from_slice(bytes).map_err(|error| error.to_string())
    }
}

fn count(number: u32) -> Result<u32, String> {
    if number <= MOST {
        Ok(number)
    } else {
        Err(format!(
            "{number} attempts, deaths or slices are more than there can be"
        ))
    }
}

pub(super) fn timestamp(micros: i64) -> Result<Timestamp, String> {
    time_of(micros).map_err(|error| error.to_string())
}
