//! Reads a run state: the document that [`write`](super::write) describes, or a bare list of tasks and states.
//!
//! Nothing in it is trusted: input is bounded, places in the store are confined by their type, and what has no meaning
//! is an error. A bare list is read as leniently as Prefect does it: fields that it does not know mean nothing there.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::error::StateError;
use super::fingerprint::Signature;
use super::kind::{State, StateType};
use super::model::{Children, Head, NodeState, ParamText, ResultPlace, RunState, StoredParam, StoredResult};
use super::prefect::meaning;
use super::write::VERSION;
use crate::digest::ShortDigest;
use crate::hook::PastAttempt;
use crate::plan::Tries;
use crate::store::StorePath;

/// How long a run state may be where nobody says otherwise: what Pub/Sub takes.
pub(crate) const DEFAULT_LIMIT: usize = 10_000_000;

/// Padded or not: other programs may have written it anew.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
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
            return Ok(Self { head: None, nodes });
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

fn shape(what: impl Into<String>) -> StateError {
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
        let number = |text: &str| text.parse::<u32>().ok();
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
    slice: u32,
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
        let json = self.params.into_iter().map(|(name, value)| StoredParam {
            name,
            value: ParamText::Json(value),
        });
        let mut params: Vec<StoredParam> = json.collect();
        for (name, value) in self.packed {
            let packed = value.as_str().and_then(|text| BASE64.decode(text).ok());
            let packed = packed.ok_or_else(|| shape(format!("`packed`: `{name}` is no base64")))?;
            params.push(StoredParam {
                name,
                value: ParamText::Packed(packed),
            });
        }
        let base = Some(self.started);
        let nodes = self
            .nodes
            .into_iter()
            .map(|node| node.read(base))
            .collect::<Result<_, _>>()?;
        let head = Head {
            flow: self.flow,
            fingerprint,
            run_id: self.run,
            slice: self.slice,
            time: self.time,
            asked: self.asked,
            started: self.started,
            params,
            extra: self.extra,
            minor,
        };
        Ok(RunState {
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

#[derive(Deserialize)]
struct RawNode {
    task: RawTask,
    state: RawState,
}

#[derive(Deserialize)]
struct RawTask {
    slug: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct RawState {
    r#type: String,
    message: Option<String>,
    #[serde(default)]
    attempts: u32,
    /// Prefect's word for it.
    #[serde(default)]
    run_count: Lenient,
    #[serde(default)]
    retries: u32,
    #[serde(default)]
    deaths: u32,
    start_time: Option<Moment>,
    at: Option<i64>,
    took: Option<u64>,
    digest: Option<String>,
    location: Option<String>,
    inline: Option<String>,
    made: Option<String>,
    details: Option<String>,
    #[serde(default)]
    past: Vec<(u32, i64, String, String)>,
    children: Option<Children>,
    arm: Option<u32>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl RawNode {
    /// `base` is the moment from which times are told; a bare list has none.
    fn read(self, base: Option<Timestamp>) -> Result<NodeState, StateError> {
        let Self { task, state: raw } = self;
        // As the article prints it, the slug is null.
        let slug = task.slug.or_else(|| task.name.clone());
        let slug = slug.ok_or_else(|| shape("a task has neither `slug` nor `name`"))?;
        let wrong = |what: &str| shape(format!("node `{slug}`: {what}"));
        let Some(kind) = meaning(&raw.r#type) else {
            return Err(StateError::UnknownState {
                slug,
                found: raw.r#type,
            });
        };
        let bytes = |text: Option<String>, what: &str| match text {
            Some(text) => BASE64
                .decode(text)
                .map(Some)
                .map_err(|_| wrong(&format!("`{what}` is no base64"))),
            None => Ok(None),
        };
        let moment = |offset: i64| {
            let from = base.unwrap_or(Timestamp::UNIX_EPOCH);
            from.checked_add(SignedDuration::from_millis(offset))
                .map_err(|_| wrong("a time is out of range"))
        };
        let digest = match &raw.digest {
            Some(text) => Some(
                text.parse()
                    .map_err(|error| wrong(&format!("`digest`: {error}")))?,
            ),
            None => None,
        };
        let location = match raw.location {
            Some(path) => Some(StorePath::new(path).map_err(|source| StateError::Location {
                slug: slug.clone(),
                source,
            })?),
            None => None,
        };
        let place = match (location, bytes(raw.inline, "inline")?) {
            (Some(_), Some(_)) => return Err(wrong("its result is both `inline` and at a `location`")),
            (Some(path), None) => Some(ResultPlace::at(path)),
            (None, Some(bytes)) => Some(ResultPlace::Inline(bytes)),
            (None, None) => digest.map(|_| ResultPlace::Rendered),
        };
        let made = match raw.made {
            Some(text) => Some(Signature::read(&text).ok_or_else(|| wrong("`made` is no signature"))?),
            None => None,
        };
        let past = raw.past.into_iter().map(|(number, at, kind, message)| {
            let kind = StateType::named(&kind).ok_or_else(|| StateError::UnknownState {
                slug: slug.clone(),
                found: kind,
            })?;
            Ok(PastAttempt {
                number,
                ended: moment(at)?,
                state: State::new(kind, message),
            })
        });
        let past = past.collect::<Result<_, StateError>>()?;
        let ended = match (raw.at, base) {
            (Some(at), Some(_)) => Some(moment(at)?),
            _ => None,
        };
        let waits = matches!(
            kind,
            StateType::Retrying | StateType::Scheduled | StateType::Cancelled
        );
        let extra = [task.extra, raw.extra];
        let carries = base.is_some() && extra.iter().any(|extra| !extra.is_empty());
        Ok(NodeState {
            task: task.name.unwrap_or_default(),
            state: State::new(kind, raw.message.unwrap_or_default()),
            tries: Tries {
                attempts: raw.attempts.max(raw.run_count.0),
                retries: raw.retries,
            },
            deaths: raw.deaths,
            not_before: raw.start_time.filter(|_| waits).map(|at| at.0),
            ended,
            took: Duration::from_millis(raw.took.unwrap_or(0)),
            result: place
                .filter(|_| kind.has_value())
                .map(|place| StoredResult { digest, place }),
            made,
            details: bytes(raw.details, "details")?,
            past,
            children: raw.children,
            arm: raw.arm,
            extra: carries.then(|| Box::new(extra)),
            slug,
        })
    }
}

/// A number, or a string that holds one.
#[derive(Default)]
struct Lenient(u32);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Lenient;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a count")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Lenient, E> {
                u32::try_from(number).map(Lenient).map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Lenient, E> {
                text.trim().parse().map(Lenient).map_err(E::custom)
            }

            fn visit_unit<E: serde::de::Error>(self) -> Result<Lenient, E> {
                Ok(Lenient(0))
            }
        }

        deserializer.deserialize_any(Number)
    }
}

/// A time with `Z`, an offset, or neither: then it is UTC, as Prefect takes it.
struct Moment(Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let naive = || -> Result<Timestamp, jiff::Error> {
            let time: jiff::civil::DateTime = text.parse()?;
            Ok(time.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
        };
        let parsed = text.parse::<Timestamp>().or_else(|_| naive());
        parsed.map(Self).map_err(D::Error::custom)
    }
}
