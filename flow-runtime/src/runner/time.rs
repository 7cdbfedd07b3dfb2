//! The logical time of a run: as it is asked for, and what comes of it in a zone.

use core::str::FromStr;

use jiff::civil::Date;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{Disambiguation, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::error::StartError;
use crate::spec::FlowSpec;

/// A logical time as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogicalTime {
    /// Midnight of this day in the run's zone.
    Date(Date),
    /// This instant in the run's zone.
    Instant(Timestamp),
    /// This instant in a zone of its own.
    Zoned(Zoned),
}

impl From<Date> for LogicalTime {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<Timestamp> for LogicalTime {
    fn from(instant: Timestamp) -> Self {
        Self::Instant(instant)
    }
}

impl From<Zoned> for LogicalTime {
    fn from(time: Zoned) -> Self {
        Self::Zoned(time)
    }
}

impl FromStr for LogicalTime {
    type Err = jiff::Error;

    /// A date such as `2026-11-23`, an RFC 3339 time such as `2026-11-23T09:00:00Z`, or a time with a zone of its own
    /// such as `2026-11-23T09:00[Europe/Berlin]`.
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        if text.contains('[') {
            // A time that its zone skips, or has twice, is none until it has an offset.
            let parser = DateTimeParser::new().disambiguation(Disambiguation::Reject);
            return parser.parse_zoned(text).map(Self::Zoned);
        }
        // A time without offset would parse as a date too, and its hours would be lost in silence.
        if text.contains(['T', 't', ' ', ':']) {
            text.parse().map(Self::Instant)
        } else {
            text.parse().map(Self::Date)
        }
    }
}

/// The logical time of a run that starts now, and what of it identifies the run: the time that was asked for, else the
/// day of the start in its zone.
///
/// # Errors
///
/// If the zone is unknown, or does not have the day.
pub(super) fn resolve(
    spec: &'static FlowSpec,
    time: Option<&LogicalTime>,
    zone: Option<&str>,
    now: Timestamp,
) -> Result<(Zoned, String), StartError> {
    let find = |name: &str| {
        TimeZone::get(name).map_err(|source| StartError::Zone {
            flow: spec.name,
            zone: name.to_owned(),
            source,
        })
    };
    let name = zone.unwrap_or(spec.zone);
    let resolved = match time {
        None => {
            let time = now.to_zoned(find(name)?);
            let asked = format!("day {} {name}", time.date());
            return Ok((time, asked));
        }
        Some(LogicalTime::Instant(instant)) => instant.to_zoned(find(name)?),
        Some(LogicalTime::Zoned(time)) => match zone {
            Some(name) => time.with_time_zone(find(name)?),
            None => time.clone(),
        },
        Some(LogicalTime::Date(date)) => {
            midnight(*date, &find(name)?).map_err(|source| StartError::Time {
                flow: spec.name,
                source,
            })?
        }
    };
    let asked = resolved.to_string();
    Ok((resolved, asked))
}

/// Midnight, or the first instant of a day whose midnight a clock change skips.
fn midnight(date: Date, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    let at = zone.to_ambiguous_zoned(date.into());
    let time = at.clone().compatible()?;
    // A zone that crossed the date line has days without any instant: the next day's would be taken for them.
    if time.date() == date {
        Ok(time)
    } else {
        at.unambiguous()
    }
}
