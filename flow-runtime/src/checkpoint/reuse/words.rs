//! Verdicts in the words that users read, as clauses that fit after a node's name or a colon.
//!
//! What is decided is decided next door.

use std::fmt;

use super::{ArgumentChange, Reuse, ReuseReason, Staleness, Verdict};

impl fmt::Display for Reuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            ReuseReason::RecordMatches { run_id } => write!(f, "unchanged since run {run_id}")?,
            ReuseReason::MadeByHand => f.write_str("its file was made by hand")?,
            ReuseReason::ChangedByHand => f.write_str("its file was changed by hand")?,
            ReuseReason::CrashRecovered { run_id } => {
                write!(f, "finished by run {run_id}, which died right after")?;
            }
        }
        if self.body_edited {
            f.write_str("; body edited since")
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for Staleness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherTask { recorded } => write!(f, "task `{recorded}` made it"),
            Self::Version { recorded, now } => match (recorded.as_str(), now.as_str()) {
                ("", now) => write!(f, "the task has version `{now}` now"),
                (recorded, "") => write!(f, "the task has no version now, it was `{recorded}`"),
                (recorded, now) => write!(f, "version changed from `{recorded}` to `{now}`"),
            },
            Self::OutputType { recorded } => write!(f, "its type was `{recorded}`"),
            Self::Format { recorded } => write!(f, "its format was {recorded}"),
            Self::Arguments(changes) => write_list(f, changes),
            Self::ArgumentWithoutDigest(name) => write!(f, "argument `{name}` has no digest to compare"),
            Self::Body => f.write_str("its body was edited"),
            Self::Forced => f.write_str("forced"),
        }
    }
}

impl fmt::Display for ArgumentChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { name, from, to } if from == to => write!(f, "argument `{name}` changed"),
            Self::Changed { name, from, to } => {
                write!(f, "argument `{name}` changed from `{from}` to `{to}`")
            }
            Self::Added(name) => write!(f, "argument `{name}` is new"),
            Self::Removed(name) => write!(f, "argument `{name}` is gone"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is none yet"),
            Self::Reuse(reuse) => reuse.fmt(f),
            Self::Stale(reasons) => write_list(f, reasons),
        }
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        let separator = if at > 0 { ", " } else { "" };
        write!(f, "{separator}{item}")?;
    }
    Ok(())
}
