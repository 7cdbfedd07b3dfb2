//! [`CheckpointError`]: why a result could not be placed, looked for, written or read, and what helps.
//!
//! The node and its place in the source are added by whoever runs it.

use std::fmt;

use super::{ClaimError, DecodeError, EncodeError, OutputFault, RecordError, RenderError};
use crate::store::{InvalidPath, StoreError};

/// What an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A file, as the user would type it.
    File(Box<str>),
    /// The result of this node, which has no file of its own.
    ResultOf(Box<str>),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "`{file}`"),
            Self::ResultOf(node) => write!(f, "the result of `{node}`"),
        }
    }
}

/// What can go wrong with a checkpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The target gives no path.
    #[error(transparent)]
    Render(#[from] Box<RenderError>),
    /// Another node of the run writes there.
    #[error(transparent)]
    Claim(#[from] Box<ClaimError>),
    /// The path is none in a store.
    #[error(transparent)]
    Path(#[from] InvalidPath),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The value cannot be written in the target's format.
    #[error("{what} cannot be written")]
    Encode {
        /// What was to be written.
        what: Subject,
        /// Why not.
        #[source]
        source: EncodeError,
    },
    /// It is gone.
    #[error("{what} is gone")]
    Missing {
        /// What is gone.
        what: Subject,
    },
    /// It is there but is no value of its type.
    #[error("{what} does not hold a `{type_name}` ({format})")]
    Undecodable {
        /// What was read.
        what: Subject,
        /// The name of the type.
        type_name: &'static str,
        /// The name of the codec.
        format: &'static str,
        /// Why not.
        #[source]
        source: DecodeError,
    },
    /// The file is not the one that this run has made or found.
    #[error("`{file}` was changed while the run was going on")]
    Changed {
        /// The file as the user would type it.
        file: String,
    },
    /// The first result of a task, decoded again as debug builds do, is no value of its type.
    #[error("{what} is not written: it could not be read back as a `{type_name}` ({format})")]
    OneWay {
        /// What was to be written.
        what: Subject,
        /// The name of the type.
        type_name: &'static str,
        /// The name of the codec.
        format: &'static str,
        /// Why not.
        #[source]
        source: DecodeError,
    },
    /// What a body has returned is not the file that it was to write.
    #[error("the file that the body of `{node}` has returned cannot be kept")]
    Output {
        /// The node.
        node: Box<str>,
        /// What is wrong with it.
        #[source]
        source: OutputFault,
    },
    /// There is no place for the large results of a run.
    #[error("the results of this run have no place: {why}")]
    Spill {
        /// Why not.
        why: String,
    },
    /// The record of the file cannot be used.
    #[error("the record of `{file}` cannot be used: `{record}`")]
    Record {
        /// The file as the user would type it.
        file: String,
        /// Its record, likewise.
        record: String,
        /// Why not.
        #[source]
        source: RecordError,
    },
}

impl From<RenderError> for CheckpointError {
    fn from(error: RenderError) -> Self {
        Self::Render(Box::new(error))
    }
}

impl From<ClaimError> for CheckpointError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(Box::new(error))
    }
}

impl CheckpointError {
    /// Whether another call of the body may mend it: what it has returned is not what it was to return.
    pub(crate) fn is_of_the_body(&self) -> bool {
        matches!(self, Self::Output { .. })
    }

    /// Whether it may pass by itself, so that the same step can be tried again: the store failed, for a reason that is not
    /// about the file or this user's rights. What is there and makes no sense, a value that cannot be written and a path
    /// that cannot be will be no better next time.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Spill { .. }
            | Self::Render(_)
            | Self::Claim(_)
            | Self::Path(_)
            | Self::Encode { .. }
            | Self::Missing { .. }
            | Self::Undecodable { .. }
            | Self::Changed { .. }
            | Self::OneWay { .. }
            | Self::Output { .. }
            | Self::Record { .. } => false,
        }
    }

    /// What to do now, as a clause that can follow `to go on: `.
    pub fn advice(&self) -> String {
        match self {
            Self::Render(error) => error.advice().to_owned(),
            Self::Claim(error) => error.advice().to_owned(),
            Self::Path(_) => "give the target a shorter name".to_owned(),
            Self::Store(error) => error.advice().to_owned(),
            Self::Encode {
                source: EncodeError::NotFinite { .. },
                ..
            } => "return a value without it, or use another format".to_owned(),
            Self::Encode { .. } => {
                "return a value that its format can hold, or use another format".to_owned()
            }
            Self::Missing { .. } | Self::Changed { .. } => "run again to make it".to_owned(),
            Self::OneWay { .. }
            | Self::Undecodable {
                what: Subject::ResultOf(_),
                ..
            } => {
                "make `Serialize` and `Deserialize` (or `Display` and `FromStr`) of the type agree".to_owned()
            }
            Self::Output { source, .. } => source.advice().to_owned(),
            Self::Spill { .. } => "see that the store can be written and has room".to_owned(),
            Self::Undecodable {
                what: Subject::File(file),
                ..
            } => {
                format!("mend `{file}`, or delete it and run again to make it anew")
            }

            Self::Record {
                file,
                record,
                source: RecordError::Malformed(_),
            } => {
                format!("delete `{record}` to keep `{file}` as it is, or delete `{file}` to make it anew")
            }
            Self::Record {
                record,
                source: RecordError::Newer { .. },
                ..
            } => {
                format!("build this program with a newer flow, or delete `{record}`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CheckpointError, Subject};
    use crate::checkpoint::{Codec, EncodeError};
    use crate::store::{Operation, StoreError};

    #[test]
    fn only_what_the_store_may_get_over_is_transient() {
        use std::io::ErrorKind::{
            HostUnreachable, InvalidFilename, NotADirectory, PermissionDenied, StorageFull, TimedOut,
        };

        let store = |kind: std::io::ErrorKind| {
            CheckpointError::from(StoreError::from_io(kind.into(), Operation::Put, "f"))
        };
        for kind in [StorageFull, TimedOut, HostUnreachable] {
            assert!(store(kind).is_transient(), "{kind}");
        }
        for kind in [PermissionDenied, NotADirectory, InvalidFilename] {
            assert!(!store(kind).is_transient(), "{kind}");
        }
        let missing = CheckpointError::Missing {
            what: Subject::ResultOf("a".into()),
        };
        assert!(!missing.is_transient());
        let changed = CheckpointError::Changed { file: "f".to_owned() };
        assert!(!changed.is_transient());
    }

    #[test]
    fn an_error_names_a_file_or_else_the_node() {
        const CODEC: Codec = Codec::json::<u8>();
        let [file, node] = [
            Subject::File("results/a.json".into()),
            Subject::ResultOf("a".into()),
        ];
        let undecodable = |what: &Subject| CheckpointError::Undecodable {
            what: what.clone(),
            type_name: (CODEC.type_name)(),
            format: CODEC.name,
            source: (CODEC.decode)(b"256").unwrap_err(),
        };
        let one_way = |what: &Subject| CheckpointError::OneWay {
            what: what.clone(),
            type_name: (CODEC.type_name)(),
            format: CODEC.name,
            source: (CODEC.decode)(b"256").unwrap_err(),
        };
        let refused = |what: &Subject| CheckpointError::Encode {
            what: what.clone(),
            source: EncodeError::OtherType { expected: "u8" },
        };
        for (error, expected) in [
            (undecodable(&file), "`results/a.json` does not hold a `u8` (json)"),
            (
                undecodable(&node),
                "the result of `a` does not hold a `u8` (json)",
            ),
            (refused(&file), "`results/a.json` cannot be written"),
            (refused(&node), "the result of `a` cannot be written"),
            (
                one_way(&file),
                "`results/a.json` is not written: it could not be read back as a `u8` (json)",
            ),
            (
                one_way(&node),
                "the result of `a` is not written: it could not be read back as a `u8` (json)",
            ),
            (
                CheckpointError::Missing { what: node.clone() },
                "the result of `a` is gone",
            ),
        ] {
            assert_eq!(error.to_string(), expected);
        }
        assert!(undecodable(&file).advice().contains("delete it"));
        assert!(undecodable(&node).advice().contains("agree"));
    }
}
