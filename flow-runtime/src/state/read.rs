//! Reads a run state: the document that [`write`](super::write) describes, or a bare list of tasks and states.
//!
//! Nothing in it is trusted: input is bounded, and what has no meaning is an error. What stands for one node is read in
//! [`entry`](super::entry).

use core::str::FromStr;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{Timestamp, Zoned};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::entry::{Count, RawNode};
use super::error::StateError;
use super::model::{Head, ParamText, RunState, StoredParam, in_order, stored_time};
use super::write::VERSION;
use crate::digest::ShortDigest;

/// How long a run state may be where nobody says otherwise: what Pub/Sub takes.
pub(crate) const DEFAULT_LIMIT: usize = 10_000_000;

/// Padded or not: other programs may have written it anew.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl RunState {
    /// Reads a run state of at most ten million bytes, or a bare list such as
    /// `[{"task": {"slug": "t1"}, "state": {"type": "Success", "message": ""}}]`.
    ///
    /// # Errors
    ///
    /// If it is longer, is no JSON, has another shape, or holds what has no meaning.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, StateError> {
        Self::from_json_within(json, DEFAULT_LIMIT)
    }

    /// The same, of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json).
    pub fn from_json_within(json: impl AsRef<[u8]>, limit: usize) -> Result<Self, StateError> {
        let json = json.as_ref();
        if json.len() > limit {
            return Err(StateError::TooLarge {
                size: json.len(),
                limit,
            });
        }
        let is_list = json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        if is_list {
            let nodes: Vec<RawNode> = serde_json::from_slice(json).map_err(unreadable)?;
            let nodes = nodes
                .into_iter()
                .map(|node| node.read(None))
                .collect::<Result<_, _>>()?;
            return Ok(Self {
                head: None,
                nodes,
                children: BTreeMap::new(),
            });
        }
        match serde_json::from_slice::<RawDocument>(json) {
            Ok(raw) => raw.read(),
            Err(error) => {
                // A newer version may have another shape; its version says more than the first field that is wrong.
                if let Ok(peek) = serde_json::from_slice::<Peek>(json) {
                    peek.flow_state.version()?;
                }
                Err(unreadable(error))
            }
        }
    }
}

impl FromStr for RunState {
    type Err = StateError;

    /// As [`from_json`](RunState::from_json).
    fn from_str(json: &str) -> Result<Self, StateError> {
        Self::from_json(json)
    }
}

impl<'de> Deserialize<'de> for RunState {
    /// As [`from_json`](RunState::from_json) reads it, from any format that describes itself.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of JSON's values: document and list are told apart by looking, and one reader serves both.
        let value = Value::deserialize(deserializer)?;
        Self::from_json(value.to_string()).map_err(D::Error::custom)
    }
}

fn unreadable(error: serde_json::Error) -> StateError {
    if error.is_data() {
        StateError::Shape {
            what: error.to_string(),
        }
    } else {
        StateError::Json(error)
    }
}

pub(super) fn shape(what: impl Into<String>) -> StateError {
    StateError::Shape { what: what.into() }
}

/// `"1.0"`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Version(String);

impl Version {
    /// Its minor version.
    fn version(&self) -> Result<u32, StateError> {
        let parts = self.0.split_once('.');
        // A number has one spelling.
        let number = |text: &str| {
            let number = text.parse::<u32>().ok();
            number.filter(|number| number.to_string() == text)
        };
        let parsed = parts.and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
        match parsed {
            Some((major, minor)) if major == VERSION.0 => Ok(minor),
            Some((major, _)) if major > VERSION.0 => Err(StateError::Newer {
                found: self.0.clone(),
                known: format!("{}.{}", VERSION.0, VERSION.1),
            }),
            _ => Err(shape(format!(
                "expected a version such as \"1.0\", found {:?}",
                self.0
            ))),
        }
    }
}

#[derive(Deserialize)]
struct Peek {
    flow_state: Version,
}

#[derive(Deserialize)]
struct RawDocument {
    flow_state: Version,
    flow: String,
    fingerprint: String,
    run: String,
    slice: Count,
    time: Zoned,
    asked: String,
    started: Timestamp,
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(default)]
    packed: Map<String, Value>,
    nodes: Vec<RawNode>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl RawDocument {
    fn read(self) -> Result<RunState, StateError> {
        let minor = self.flow_state.version()?;
        let fingerprint = self.fingerprint.parse::<ShortDigest>();
        let fingerprint = fingerprint.map_err(|error| shape(format!("`fingerprint`: {error}")))?;
        if !is_run_id(&self.run) {
            return Err(shape(format!("`run`: {:?} is no run's id", self.run)));
        }
        let mut params = Vec::with_capacity(self.params.len());
        for (name, value) in self.params {
            let value = ParamText::json(value);
            let value = value.ok_or_else(|| shape(format!("the parameter `{name}` nests too deep")))?;
            params.push(StoredParam { name, value });
        }
        for (name, value) in self.packed {
            let packed = value.as_str().and_then(|text| BASE64.decode(text).ok());
            let packed = packed.ok_or_else(|| shape(format!("`packed`: `{name}` is no base64")))?;
            params.push(StoredParam {
                name,
                value: ParamText::Packed(packed),
            });
        }
        let params = in_order(params);
        let params = params.map_err(|name| shape(format!("`{name}` is both in `params` and in `packed`")))?;
        let started = stored_time(self.started);
        let base = Some(started);
        let nodes = self
            .nodes
            .into_iter()
            .map(|node| node.read(base))
            .collect::<Result<_, _>>()?;
        let head = Head {
            flow: self.flow,
            fingerprint,
            run_id: self.run,
            slice: self.slice.0,
            time: self.time,
            asked: self.asked,
            started,
            params,
            extra: self.extra,
            minor,
        };
        Ok(RunState {
            children: BTreeMap::new(),
            head: Some(Box::new(head)),
            nodes,
        })
    }
}

/// Whether a run's directory may be named so: letters, digits, `-` and `.`, as our ids and nothing that leads elsewhere.
pub(crate) fn is_run_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (1..=100).contains(&text.len()) && text.chars().all(plain) && !text.starts_with('.')
}
