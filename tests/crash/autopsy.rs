//! What a death has left in the store: of each target, how far its commit had come, and whether that is possible.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use flow_runtime::Digest;
use flow_runtime::checkpoint::{Progress, Record};

use crate::expected::Target;

/// How far the commit of a target has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Commit {
    /// Nothing of this run is there.
    Nothing,
    /// Its intent is written, its file is not.
    Intended,
    /// Its file is there, its record is not: the window.
    Placed,
    /// It is a recorded success.
    Recorded,
}

/// What must never be found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A target that is neither the value of this run nor that of the last.
    Torn { file: String },
    /// A record that speaks of bytes that are not there.
    RecordWithoutFile { file: String },
    /// A file that no record speaks of.
    FileWithoutRecord { file: String },
    /// A record that does not decode.
    BadRecord { file: String, why: String },
    /// A node recorded before what it depends on.
    RecordedBeforeUpstream { node: String, upstream: String },
    /// A body that ran although its success was there.
    RanAgain { node: String, was: Commit },
    /// A node that ended otherwise than what was left in the store allows.
    WronglyEnded { node: String, was: Commit, line: String },
    /// A run that came to its end, but not to the right one.
    WrongEnd { what: String },
}

/// What is left, by node.
pub(crate) type Left = BTreeMap<&'static str, Commit>;

/// Looks at every target. `before` are the targets of the last completed run on this store, if there was one.
pub(crate) fn inspect(
    store: &Path,
    now: &[Target],
    before: Option<&[Target]>,
) -> io::Result<Result<Left, Violation>> {
    let mut left = Left::new();
    for (index, target) in now.iter().enumerate() {
        let bytes = read(&store.join(target.path))?;
        let record = read(&store.join(target.record()))?;
        match commit(
            target,
            before.map(|before| &before[index]),
            bytes.as_deref(),
            record.as_deref(),
        ) {
            Ok(commit) => left.insert(target.node, commit),
            Err(violation) => return Ok(Err(violation)),
        };
    }
    Ok(Ok(left))
}

fn read(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn commit(
    target: &Target,
    before: Option<&Target>,
    bytes: Option<&[u8]>,
    record: Option<&[u8]>,
) -> Result<Commit, Violation> {
    let file = || target.path.to_owned();
    let is_new = bytes.is_some_and(|bytes| target.is_whole(bytes));
    let is_old = bytes.is_some_and(|bytes| before.is_some_and(|before| before.is_whole(bytes)));
    if bytes.is_some() && !is_new && !is_old {
        return Err(Violation::Torn { file: file() });
    }
    let digest = bytes.map(Digest::of);
    let record = match record.map(Record::decode) {
        None if bytes.is_some() => return Err(Violation::FileWithoutRecord { file: file() }),
        None => return Ok(Commit::Nothing),
        Some(Err(error)) => {
            return Err(Violation::BadRecord {
                file: file(),
                why: error.to_string(),
            });
        }
        Some(Ok(record)) => record,
    };
    let speaks_of_file = Some(record.digest) == digest;
    match record.state {
        Progress::Committed if !speaks_of_file => Err(Violation::RecordWithoutFile { file: file() }),
        Progress::Committed if is_new => Ok(Commit::Recorded),
        Progress::Committed => Ok(Commit::Nothing),
        Progress::Intent if speaks_of_file => Ok(Commit::Placed),
        Progress::Intent if bytes.is_none() => Ok(Commit::Intended),
        Progress::Intent
            if record
                .previous
                .is_some_and(|previous| Some(previous.digest) == digest) =>
        {
            Ok(Commit::Intended)
        }
        Progress::Intent => Err(Violation::FileWithoutRecord { file: file() }),
    }
}
