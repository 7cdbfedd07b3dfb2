//! The records of a journal: MessagePack, with short names, for there are two for every attempt.
//!
//! A field that is not known is passed over, so that a later version may add some; a record that is not known is an
//! error, for it may undo what an earlier one says.

use core::time::Duration;

use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::digest::ShortDigest;
use crate::hook::PastAttempt;
use crate::plan::Tries;
use crate::state::{
    Children, Head, NodeState, ParamText, ResultPlace, Signature, State, StateType, StoredParam, StoredResult,
};
use crate::store::StorePath;

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
    /// A body starts.
    #[serde(rename = "S")]
    Started(Started),
    /// What a node is now.
    #[serde(rename = "N")]
    Node(Box<NodeRecord>),
    /// What runs is left by a process that ends on purpose: it did not die of it.
    #[serde(rename = "X")]
    Halted,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HeadRecord {
    #[serde(rename = "f")]
    flow: String,
    #[serde(rename = "p")]
    fingerprint: ByteBuf,
    #[serde(rename = "i")]
    pub(crate) run_id: String,
    /// Flow, parameters and logical time, digested: what identifies the run.
    #[serde(rename = "d")]
    pub(crate) identity: ByteBuf,
    #[serde(rename = "t")]
    time: String,
    #[serde(rename = "a")]
    asked: String,
    #[serde(rename = "s")]
    started: i64,
    /// Name, then JSON or MessagePack.
    #[serde(rename = "v", default)]
    params: Vec<(String, ParamRecord)>,
}

#[derive(Debug, Serialize, Deserialize)]
enum ParamRecord {
    #[serde(rename = "j")]
    Json(String),
    #[serde(rename = "m")]
    Packed(ByteBuf),
}

/// A node: its slug, its task's name, what makes its result.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TableEntry(pub(crate) String, pub(crate) String, pub(crate) ByteBuf);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// The slice that begins, from 1.
    #[serde(rename = "s")]
    pub(crate) slice: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Started {
    #[serde(rename = "n")]
    pub(crate) node: u32,
    /// Which attempt it is.
    #[serde(rename = "a")]
    pub(crate) attempt: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NodeRecord {
    #[serde(rename = "n")]
    pub(crate) node: u32,
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
    #[serde(rename = "t", default, skip_serializing_if = "is_none")]
    took: u64,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    digest: Option<ByteBuf>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    place: Option<PlaceRecord>,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    details: Option<ByteBuf>,
    /// Number, end, state, message.
    #[serde(rename = "h", default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<(u32, i64, u8, String)>,
    /// Total, finished, segments.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    children: Option<(u64, u64, u32)>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    arm: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
enum PlaceRecord {
    #[serde(rename = "r")]
    Rendered,
    #[serde(rename = "p")]
    Path(String),
    #[serde(rename = "i")]
    Inline(ByteBuf),
    #[serde(rename = "g")]
    Gone,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none(time: &u64) -> bool {
    *time == 0
}

impl HeadRecord {
    pub(crate) fn new(head: &Head) -> Self {
        let param = |param: &StoredParam| {
            let value = match &param.value {
                ParamText::Json(value) => ParamRecord::Json(value.to_string()),
                ParamText::Packed(bytes) => ParamRecord::Packed(bytes.clone().into()),
            };
            (param.name.clone(), value)
        };
        Self {
            flow: head.flow.clone(),
            fingerprint: head.fingerprint.as_bytes().to_vec().into(),
            run_id: head.run_id.clone(),
            identity: head.identity().as_bytes().to_vec().into(),
            time: head.time.to_string(),
            asked: head.asked.clone(),
            started: head.started.as_microsecond(),
            params: head.params.iter().map(param).collect(),
        }
    }

    pub(crate) fn read(self, slice: u32) -> Result<Head, String> {
        let param = |(name, value): (String, ParamRecord)| {
            let value = match value {
                ParamRecord::Json(text) => {
                    ParamText::Json(serde_json::from_str(&text).map_err(|error| error.to_string())?)
                }
                ParamRecord::Packed(bytes) => ParamText::Packed(bytes.into_vec()),
            };
            Ok(StoredParam { name, value })
        };
        Ok(Head {
            flow: self.flow,
            fingerprint: short(self.fingerprint)?,
            run_id: self.run_id,
            slice,
            time: self.time.parse::<Zoned>().map_err(|error| error.to_string())?,
            asked: self.asked,
            started: timestamp(self.started)?,
            params: self
                .params
                .into_iter()
                .map(param)
                .collect::<Result<_, String>>()?,
            extra: serde_json::Map::new(),
            minor: 0,
        })
    }

    pub(crate) fn flow(&self) -> &str {
        &self.flow
    }

    pub(crate) fn started(&self) -> Option<Timestamp> {
        timestamp(self.started).ok()
    }
}

impl TableEntry {
    pub(crate) fn signature(&self) -> Option<Signature> {
        let bytes: [u8; 12] = self.2.as_slice().try_into().ok()?;
        Some(Signature::from_bytes(bytes))
    }
}

impl NodeRecord {
    pub(crate) fn new(node: u32, state: &NodeState) -> Self {
        let past = state.past.iter().map(|attempt| {
            let ended = attempt.ended.as_microsecond();
            let PastAttempt { number, state, .. } = attempt;
            (*number, ended, state.kind as u8, state.message.clone())
        });
        let result = state.result.as_ref();
        Self {
            node,
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
                .map(|digest| digest.as_bytes().to_vec().into()),
            place: result.map(|result| match &result.place {
                ResultPlace::Rendered => PlaceRecord::Rendered,
                ResultPlace::Target(path) | ResultPlace::Spilled(path) => {
                    PlaceRecord::Path(path.as_str().to_owned())
                }
                ResultPlace::Inline(bytes) => PlaceRecord::Inline(bytes.clone().into()),
                ResultPlace::Gone => PlaceRecord::Gone,
            }),
            details: state.details.clone().map(ByteBuf::from),
            past: past.collect(),
            children: state.children.map(|of| (of.total, of.finished, of.segments)),
            arm: state.arm,
        }
    }

    /// Overwrites what is said of the node.
    pub(crate) fn read(self, into: &mut NodeState) -> Result<(), String> {
        let kind = |number: u8| {
            let kinds = StateType::ALL.get(usize::from(number)).copied();
            kinds.ok_or_else(|| format!("{number} is no state"))
        };
        let digest = self.digest.map(short).transpose()?;
        let place = match self.place {
            None => None,
            Some(PlaceRecord::Rendered) => Some(ResultPlace::Rendered),
            Some(PlaceRecord::Path(path)) => Some(ResultPlace::at(
                StorePath::new(path).map_err(|error| error.to_string())?,
            )),
            Some(PlaceRecord::Inline(bytes)) => Some(ResultPlace::Inline(bytes.into_vec())),
            Some(PlaceRecord::Gone) => Some(ResultPlace::Gone),
        };
        let past = self.past.into_iter().map(|(number, ended, of, message)| {
            Ok(PastAttempt {
                number,
                ended: timestamp(ended)?,
                state: State::new(kind(of)?, message),
            })
        });
        into.state = State::new(kind(self.kind)?, self.message);
        into.tries = Tries {
            attempts: self.attempts,
            retries: self.retries,
        };
        into.deaths = self.deaths;
        into.not_before = self.not_before.map(timestamp).transpose()?;
        into.ended = self.ended.map(timestamp).transpose()?;
        into.took = Duration::from_micros(self.took);
        into.result = place.map(|place| StoredResult { digest, place });
        into.details = self.details.map(ByteBuf::into_vec);
        into.past = past.collect::<Result<_, String>>()?;
        into.children = self.children.map(|(total, finished, segments)| Children {
            total,
            finished,
            segments,
        });
        into.arm = self.arm;
        Ok(())
    }
}

impl Record {
    pub(crate) fn encode(&self, to: &mut Vec<u8>) -> Result<(), rmp_serde::encode::Error> {
        rmp_serde::encode::write_named(to, self)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        rmp_serde::from_slice(bytes).map_err(|error| error.to_string())
    }
}

fn short(bytes: ByteBuf) -> Result<ShortDigest, String> {
    let bytes: [u8; 16] = bytes.into_vec().try_into().map_err(|_| "a digest has 16 bytes")?;
    Ok(ShortDigest::from_bytes(bytes))
}

fn timestamp(micros: i64) -> Result<Timestamp, String> {
    Timestamp::from_microsecond(micros).map_err(|error| error.to_string())
}
