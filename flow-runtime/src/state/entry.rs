//! What a run state says of one node, as it is read: an element of the document's `nodes`, or of a bare list.
//!
//! In a document what has no meaning is an error: this crate has written it. A bare list is read as leniently as Prefect
//! does it: a field that says nothing here, or nothing of such a state, is passed over.

use core::fmt;
use core::time::Duration;

use base64::Engine as _;
use jiff::{SignedDuration, Timestamp};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::error::StateError;
use super::fingerprint::Signature;
use super::kind::{State, StateType};
use super::model::{Children, Extra, NodeState, ResultPlace, StoredResult, stored_time};
use super::prefect::meaning;
use super::read::{BASE64, shape};
use super::slug::Slug;
use crate::digest::ShortDigest;
use crate::hook::PastAttempt;
use crate::plan::Tries;
use crate::store::StorePath;

#[derive(Deserialize)]
pub(super) struct RawNode {
    task: RawTask,
    state: RawState,
    #[serde(flatten)]
    extra: Map<String, Value>,
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
    attempts: Count,
    /// Prefect's word for it.
    #[serde(default)]
    run_count: Lenient,
    #[serde(default)]
    retries: Count,
    #[serde(default)]
    deaths: Count,
    start_time: Option<Moment>,
    at: Option<i64>,
    took: Option<u64>,
    digest: Option<String>,
    location: Option<String>,
    inline: Option<String>,
    made: Option<String>,
    details: Option<String>,
    #[serde(default)]
    past: Vec<RawPast>,
    children: Option<Children>,
    arm: Option<u32>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPast {
    attempt: Count,
    at: i64,
    r#type: String,
    message: String,
}

impl RawNode {
    /// `base` is the moment from which a document tells times; a bare list has none.
    pub(super) fn read(self, base: Option<Timestamp>) -> Result<NodeState, StateError> {
        let Self {
            task,
            state: raw,
            extra,
        } = self;
        let is_document = base.is_some();
        let is_unnamed = task.slug.is_none();
        let slug = match task.slug {
            Some(slug) if is_document => Slug::check(&slug).map(|()| slug).map_err(StateError::Slug)?,
            Some(slug) => slug,
            None if is_document => return Err(shape("a task has no `slug`")),
            // As the article prints it, the slug is null.
            None => task
                .name
                .clone()
                .filter(|name| !name.is_empty())
                .ok_or_else(|| shape("a task has neither `slug` nor `name`"))?,
        };
        let Some(kind) = meaning(&raw.r#type) else {
            return Err(StateError::UnknownState {
                slug,
                found: raw.r#type,
            });
        };
        let reader = Reader {
            slug: &slug,
            base: base.unwrap_or(Timestamp::UNIX_EPOCH),
        };
        let mut result = reader.result(raw.digest, raw.location, raw.inline)?;
        let mut made = reader.made(raw.made)?;
        // Of a `for` its children, whatever it is itself.
        let has_children = raw.children.is_some();
        if !kind.has_value() && !has_children && (result.is_some() || made.is_some()) {
            if is_document {
                return Err(reader.wrong(&format!("it is {kind}, and yet has a result")));
            }
            (result, made) = (None, None);
        }
        let mut not_before = raw.start_time.map(|at| stored_time(at.0));
        if !kind.may_wait() {
            if is_document && not_before.is_some() {
                return Err(reader.wrong(&format!("it is {kind}, and yet waits for a `start_time`")));
            }
            not_before = None;
        }
        // Prefect counts the attempts alone: each that is repeated is one of the retries.
        let repeated = if kind == StateType::Retrying {
            raw.run_count.0
        } else {
            0
        };
        let ended = match raw.at {
            Some(at) if is_document => Some(reader.moment(at)?),
            _ => None,
        };
        let took = Duration::from_millis(raw.took.unwrap_or(0));
        if u64::try_from(took.as_micros()).is_err() {
            return Err(reader.wrong("`took` is out of range"));
        }
        let details = reader.bytes(raw.details, "details")?;
        let past = raw.past.into_iter().map(|past| reader.past(past));
        let past = past.collect::<Result<_, _>>()?;
        let extra = Extra {
            node: extra,
            task: task.extra,
            state: raw.extra,
        };
        let carries = is_document && extra != Extra::default();
        Ok(NodeState {
            task: task.name.unwrap_or_default(),
            state: State::new(kind, raw.message.unwrap_or_default()),
            tries: Tries {
                attempts: raw.attempts.0.max(raw.run_count.0),
                retries: raw.retries.0.max(repeated),
            },
            deaths: raw.deaths.0,
            not_before,
            ended,
            took,
            result,
            made,
            details,
            past,
            children: raw.children,
            arm: raw.arm,
            extra: carries.then(|| Box::new(extra)),
            is_unnamed,
            slug,
        })
    }
}

/// Reads the fields of a node's state.
struct Reader<'a> {
    slug: &'a str,
    base: Timestamp,
}

impl Reader<'_> {
    fn wrong(&self, what: &str) -> StateError {
        shape(format!("node `{}`: {what}", self.slug))
    }

    fn moment(&self, offset: i64) -> Result<Timestamp, StateError> {
        let moment = self.base.checked_add(SignedDuration::from_millis(offset));
        moment.map_err(|_| self.wrong("a time is out of range"))
    }

    fn bytes(&self, text: Option<String>, what: &str) -> Result<Option<Vec<u8>>, StateError> {
        let bytes = text.map(|text| BASE64.decode(text)).transpose();
        bytes.map_err(|_| self.wrong(&format!("`{what}` is no base64")))
    }

    fn made(&self, text: Option<String>) -> Result<Option<Signature>, StateError> {
        let read = |text: String| {
            Signature::read(&text).ok_or_else(|| self.wrong("`made` is not 16 characters of base64"))
        };
        text.map(read).transpose()
    }

    fn result(
        &self,
        digest: Option<String>,
        location: Option<String>,
        inline: Option<String>,
    ) -> Result<Option<StoredResult>, StateError> {
        let digest = digest
            .map(|text| text.parse::<ShortDigest>())
            .transpose()
            .map_err(|error| self.wrong(&format!("`digest`: {error}")))?;
        let location = location
            .map(StorePath::new)
            .transpose()
            .map_err(|source| StateError::Location {
                slug: self.slug.to_owned(),
                source,
            })?;
        let place = match (location, self.bytes(inline, "inline")?) {
            (Some(_), Some(_)) => return Err(self.wrong("its result is both `inline` and at a `location`")),
            (Some(path), None) => Some(ResultPlace::at(path)),
            (None, Some(bytes)) => Some(ResultPlace::Inline(bytes)),
            (None, None) => digest.map(|_| ResultPlace::Rendered),
        };
        Ok(place.map(|place| StoredResult { digest, place }))
    }

    fn past(&self, raw: RawPast) -> Result<PastAttempt, StateError> {
        let kind = StateType::named(&raw.r#type).ok_or_else(|| StateError::UnknownState {
            slug: self.slug.to_owned(),
            found: raw.r#type,
        })?;
        Ok(PastAttempt {
            number: raw.attempt.0,
            ended: self.moment(raw.at)?,
            state: State::new(kind, raw.message),
        })
    }
}

/// A count of attempts, deaths or slices. There are never so many that adding to them could go wrong.
#[derive(Default)]
pub(super) struct Count(pub(super) u32);

impl Count {
    /// The count, where it is one.
    fn of(number: u64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        (number <= super::MOST).then_some(Self(number))
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        Self::of(number).ok_or_else(|| D::Error::custom(format_args!("{number} is more than there can be")))
    }
}

/// A count as Prefect reads it: a number, a string that holds one, or null.
#[derive(Default)]
struct Lenient(u32);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Lenient;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a count up to {}", super::MOST)
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Lenient, E> {
                let count = Count::of(number).map(|count| Lenient(count.0));
                count.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Lenient, E> {
                // Whole numbers of this size are exact.
                let whole = number >= 0.0 && number <= f64::from(super::MOST) && number.fract() == 0.0;
                let text = whole.then(|| number.to_string());
                text.and_then(|text| text.parse().ok())
                    .map(Lenient)
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Float(number), &self))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Lenient, E> {
                match text.trim().parse() {
                    Ok(number) => self.visit_u64(number),
                    Err(_) => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
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
