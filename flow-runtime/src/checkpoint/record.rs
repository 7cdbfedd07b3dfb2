//! [`Record`]: what a store knows of a checkpoint, as a versioned JSON file beside it.
//!
//! How records are used to decide and when they are written lives in `reuse` and `commit`; here is what they hold.

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Fingerprint};
use crate::store::{InvalidPath, MAX_SEGMENT, Stat, StorePath};

/// The version of the format that this crate writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// The longest name that a target may have, so that its record's name is no longer than file systems allow.
pub(super) const LONGEST_NAME: usize = MAX_SEGMENT - SUFFIX.len();

const DIRECTORY: &str = ".flow/records";
const SUFFIX: &str = ".json";

/// Of a directory of records: no record's name ends in it, so that none stands in the way of others. Shorter than
/// [`SUFFIX`], which alone decides about [`LONGEST_NAME`].
const BELOW: &str = ".d";

/// What made a checkpoint: everything that proves it fresh or stale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The task as `module::function`.
    pub task: String,
    /// `#[task(version = …)]`; empty without one.
    pub version: String,
    /// The name of the output's type.
    pub output_type: String,
    /// The name of the codec.
    pub codec: String,
    /// The fingerprint of the body. It decides nothing; that it changed is said.
    pub body: Fingerprint,
    /// The arguments; their order does not matter.
    pub arguments: Vec<ArgumentDigest>,
}

/// What an argument was, as far as it can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArgumentDigest {
    /// The parameter's name.
    pub name: String,
    /// The digest of its value; `None` when an upstream that it comes from has none.
    pub digest: Option<Digest>,
    /// Where it came from, short, for people: a value, the name of a node, the text of an expression.
    pub from: String,
}

/// How far a commit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// The file is about to be written, or was written a moment ago.
    Intent,
    /// The file is in its place.
    Committed,
}

/// What a store knows of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the format: [`VERSION`].
    pub version: u32,
    /// How far the commit has come.
    pub state: Progress,
    /// The checkpoint's path in the store.
    pub path: StorePath,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Their number.
    pub size: u64,
    /// The file's modification time in nanoseconds since 1970, where the store has one; unknown in an intent.
    pub modified: Option<i64>,
    /// What made it.
    pub identity: Identity,
    /// The run that made it.
    pub run_id: String,
    /// The flow of that run.
    pub flow: String,
    /// The node of that flow.
    pub node: String,
    /// When it was committed.
    pub committed: jiff::Timestamp,
    /// In an intent: the record of the file that is being replaced, which holds until the new file is in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Box<Record>>,
}

impl Record {
    /// Where the record of a checkpoint lies: `.flow/records/a.d/b.txt.json` for `a/b.txt`.
    ///
    /// # Errors
    /// When its name would be too long.
    pub fn place(path: &StorePath) -> Result<StorePath, InvalidPath> {
        let mut place = DIRECTORY.to_owned();
        let mut names = path.segments().peekable();
        while let Some(name) = names.next() {
            // Files beside each other must not meet as records: `a` and `a.json/b`.
            let suffix = if names.peek().is_some() { BELOW } else { SUFFIX };
            place.extend(["/", name, suffix]);
        }
        StorePath::new(place)
    }

    /// Reads a record. Unknown fields are ignored: a newer minor version may add some.
    ///
    /// # Errors
    /// [`RecordError`] when the bytes are no record, or one of a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_slice(bytes).map_err(RecordError::Malformed)?;
        if version > VERSION {
            return Err(RecordError::Newer { version });
        }
        serde_json::from_slice(bytes).map_err(RecordError::Malformed)
    }

    /// The record as the bytes of its file.
    ///
    /// # Panics
    /// Never: all of a record can be written as JSON.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a record is plain data");
        bytes.push(b'\n');
        bytes
    }

    /// The digest of a file, if this record knows it without a look at the bytes: size and time are as recorded.
    pub fn digest_if_unchanged(&self, stat: Stat) -> Option<Digest> {
        let known = self.state == Progress::Committed && self.modified.is_some();
        (known && self.modified == stat.modified && self.size == stat.len).then_some(self.digest)
    }

    /// The record once its file is in place.
    #[must_use = "a record is changed in the store only by writing it"]
    pub fn into_committed(self, stat: Stat) -> Self {
        Self {
            state: Progress::Committed,
            modified: stat.modified,
            previous: None,
            ..self
        }
    }
}

/// A record that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file is no record: it was edited, or cut off when the power failed.
    #[error("it is damaged")]
    Malformed(#[source] serde_json::Error),
    /// A newer version of this crate wrote it.
    #[error(
        "it was written by a newer flow (version {version} of the format; this one reads up to {VERSION})"
    )]
    Newer {
        /// The version of the record's format.
        version: u32,
    },
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{ArgumentDigest, Identity, LONGEST_NAME, Progress, Record, RecordError, VERSION};
    use crate::digest::{Digest, Fingerprint};
    use crate::store::{Stat, StorePath};

    pub(in crate::checkpoint) fn identity() -> Identity {
        let argument = |name: &str, digest, from: &str| ArgumentDigest {
            name: name.to_owned(),
            digest,
            from: from.to_owned(),
        };
        Identity {
            task: "weather::report::summarise".to_owned(),
            version: "2".to_owned(),
            output_type: "weather::report::Summary".to_owned(),
            codec: "json".to_owned(),
            body: Fingerprint::from_bytes([0xab; 32]),
            arguments: vec![
                argument("rows", Some(Digest::of(b"rows")), "rows"),
                argument("day", Some(Digest::of(b"day")), "2026-11-23"),
            ],
        }
    }

    pub(in crate::checkpoint) fn record(bytes: &[u8]) -> Record {
        Record {
            version: VERSION,
            state: Progress::Committed,
            path: StorePath::new("reports/2026-11-23/summarise.json").unwrap(),
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
            modified: Some(1_795_424_400_000_000_000),
            identity: identity(),
            run_id: "0198c2a4".to_owned(),
            flow: "nightly report".to_owned(),
            node: "report".to_owned(),
            committed: "2026-11-23T09:00:00.25Z".parse().unwrap(),
            previous: None,
        }
    }

    fn place(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name)
    }

    fn golden(name: &str) -> String {
        fs::read_to_string(place(name)).unwrap()
    }

    #[test]
    fn version_1_is_pinned() {
        let committed = record(b"{}\n");
        let mut intent = record(b"[]\n");
        intent.state = Progress::Intent;
        intent.modified = None;
        intent.identity.arguments[1].digest = None;
        intent.previous = Some(Box::new(committed.clone()));
        for (record, file) in [(committed, "record-v1.json"), (intent, "record-v1-intent.json")] {
            if std::env::var_os("BLESS").is_some() {
                fs::write(place(file), record.encode()).unwrap();
            }
            let golden = golden(file);
            assert_eq!(String::from_utf8(record.encode()).unwrap(), golden, "{file}");
            assert_eq!(Record::decode(golden.as_bytes()).unwrap(), record, "{file}");
        }
    }

    #[test]
    fn unknown_fields_are_ignored_and_newer_versions_are_not() {
        let golden = golden("record-v1.json");
        let more = golden.replacen('{', "{\n  \"colour\": [\"blue\"],", 1);
        assert_eq!(Record::decode(more.as_bytes()).unwrap(), record(b"{}\n"));

        // Nothing but the version need make sense to this version.
        let error = Record::decode(b"{\"version\": 2, \"path\": 7}").unwrap_err();
        assert!(matches!(error, RecordError::Newer { version: 2 }));
        let expected = "it was written by a newer flow (version 2 of the format; this one reads up to 1)";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_no_record_is_damaged() {
        let golden = golden("record-v1.json");
        for bytes in [
            "",
            "{}",
            "[]",
            "null",
            &golden[..golden.len() / 2],
            &golden.replace("reports/", "../"),
        ] {
            let error = Record::decode(bytes.as_bytes()).unwrap_err();
            assert!(matches!(error, RecordError::Malformed(_)), "{bytes}");
        }
    }

    #[test]
    fn only_a_committed_record_with_the_same_size_and_time_knows_the_digest() {
        let record = record(b"text");
        let stat = Stat {
            len: 4,
            modified: record.modified,
        };
        assert_eq!(record.digest_if_unchanged(stat), Some(record.digest));
        assert_eq!(record.digest_if_unchanged(Stat { len: 5, ..stat }), None);
        assert_eq!(
            record.digest_if_unchanged(Stat {
                modified: Some(1),
                ..stat
            }),
            None
        );
        let intent = Record {
            state: Progress::Intent,
            ..record.clone()
        };
        assert_eq!(intent.digest_if_unchanged(stat), None);
        // A store without times proves nothing by them.
        let timeless = Record {
            modified: None,
            ..record
        };
        assert_eq!(
            timeless.digest_if_unchanged(Stat {
                modified: None,
                ..stat
            }),
            None
        );
    }

    #[test]
    fn records_meet_only_where_their_files_do() {
        let paths = [
            "a",
            "a.json",
            "a.d",
            "a/b",
            "a.json/b",
            "a.d/b",
            "a.json.d/b",
            "a.d.json",
            "a.json.json/b",
        ]
        .map(|path| StorePath::new(path).unwrap());
        for one in &paths {
            for two in &paths {
                let [one_place, two_place] = [one, two].map(|path| Record::place(path).unwrap());
                assert_eq!(one == two, one_place == two_place, "{one} {two}");
                assert!(!one_place.is_below(&two_place), "{one_place} {two_place}");
            }
        }
    }

    #[test]
    fn the_record_of_the_longest_name_has_a_place() {
        let path = StorePath::new(format!("a/{}", "x".repeat(LONGEST_NAME))).unwrap();
        assert_eq!(
            Record::place(&path).unwrap().as_str(),
            format!(".flow/records/a.d/{}.json", "x".repeat(LONGEST_NAME))
        );
        let path = StorePath::new(format!("{}/a", "x".repeat(LONGEST_NAME))).unwrap();
        assert!(Record::place(&path).is_ok());
        let path = StorePath::new("x".repeat(LONGEST_NAME + 1)).unwrap();
        assert!(Record::place(&path).is_err());
    }
}
