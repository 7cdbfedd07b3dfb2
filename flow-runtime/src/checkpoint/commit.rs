//! The order in which a checkpoint and its record are written, and what is made of it when that was cut short.
//!
//! Intent, file, record, alone with the file: the intent holds the record of the file that it replaces, so that at
//! every point the store says of the bytes that are there who made them.

use jiff::Timestamp;

use super::record::{Identity, Progress, Record, RecordError, VERSION};
use super::reuse::{self, Verdict, verdict};
use super::{CheckpointError, Checkpoints, Measured, OutputFile, Subject};
use crate::digest::Digest;
use crate::store::{Stat, StorePath};

/// A result to commit.
#[derive(Debug, Clone, Copy)]
pub struct Commit<'a> {
    /// Where.
    pub path: &'a StorePath,
    /// The result.
    pub content: Content<'a>,
    /// What made it.
    pub identity: &'a Identity,
    /// The run that made it.
    pub run_id: &'a str,
    /// The flow of that run.
    pub flow: &'a str,
    /// The node of that flow.
    pub node: &'a str,
    /// The time of the commit.
    pub at: Timestamp,
}

/// What is written of a result.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// It, encoded.
    Bytes(&'a [u8]),
    /// The file that a body has written.
    File(&'a OutputFile),
}

/// A result that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The digest of its bytes.
    pub digest: Digest,
    /// Their number.
    pub size: u64,
}

/// What a look without the bytes has found.
enum Seen {
    Decided(Verdict),
    /// Only the bytes can tell.
    Unknown(Option<Box<Record>>, Stat),
}

impl Checkpoints {
    /// Whether the checkpoint at `path` may be reused for what is `expected`; with `force` it may not.
    ///
    /// The file's bytes are hashed only when its size or modification time are not those of its record. A commit
    /// that was cut short is recognised, and its record completed.
    ///
    /// # Errors
    /// When the store fails, the record is damaged (unless `force` or the file is gone), or it is of a newer version.
    pub async fn look(
        &self,
        path: &StorePath,
        expected: &Identity,
        force: bool,
    ) -> Result<Verdict, CheckpointError> {
        if let Seen::Decided(verdict) = self.glance(path, expected, force).await? {
            return Ok(verdict);
        }
        // File and record may be those of a commit that is halfway through: look again when it is done.
        let _alone = self.store.alone(path).await?;
        let (record, stat) = match self.glance(path, expected, force).await? {
            Seen::Decided(verdict) => return Ok(verdict),
            Seen::Unknown(record, stat) => (record, stat),
        };
        let digest = self.store.digest(path).await?;
        if let (Some(digest), Some(record)) = (digest, &record) {
            self.settle(path, record, digest, stat).await;
        }
        Ok(verdict(digest, record.as_deref(), expected))
    }

    /// Looks at a checkpoint without its bytes.
    async fn glance(
        &self,
        path: &StorePath,
        expected: &Identity,
        force: bool,
    ) -> Result<Seen, CheckpointError> {
        let record = self.record(path).await;
        if let Err(CheckpointError::Record {
            source: RecordError::Newer { .. },
            ..
        }) = record
        {
            return record.map(|_| Seen::Decided(Verdict::Missing));
        }
        let Some(stat) = self.store.stat(path).await? else {
            return Ok(Seen::Decided(Verdict::Missing));
        };
        if force {
            return Ok(Seen::Decided(reuse::forced(true)));
        }
        let record = record?;
        let known = record
            .as_ref()
            .and_then(|record| record.digest_if_unchanged(stat));
        Ok(match known {
            Some(_) => Seen::Decided(verdict(known, record.as_ref(), expected)),
            None => Seen::Unknown(record.map(Box::new), stat),
        })
    }

    /// Makes a result durable: when this returns, [`look`](Self::look) finds it with its record; when the process
    /// dies before, it finds what was there before or recognises the new file.
    ///
    /// # Errors
    /// When the store fails, the record that is there is of a newer version, or what is to be committed is no file.
    pub async fn commit(&self, commit: Commit<'_>) -> Result<Committed, CheckpointError> {
        let place = Record::place(commit.path)?;
        // Of two at once, with other arguments, one's record would come to speak of the other's file.
        let _alone = self.store.alone(commit.path).await?;
        let previous = self.record_in_force(commit.path).await?;
        let Measured { digest, size } = match commit.content {
            Content::Bytes(bytes) => Measured {
                digest: Digest::of(bytes),
                size: bytes.len() as u64,
            },
            Content::File(file) => file.measure().map_err(|source| CheckpointError::Output {
                node: commit.node.into(),
                source,
            })?,
        };
        let intent = Record {
            version: VERSION,
            state: Progress::Intent,
            path: commit.path.clone(),
            digest,
            size,
            modified: None,
            identity: commit.identity.clone(),
            run_id: commit.run_id.to_owned(),
            flow: commit.flow.to_owned(),
            node: commit.node.to_owned(),
            committed: commit.at,
            previous: previous.map(Box::new),
        };
        self.store.put(&place, &intent.encode()).await?;
        let stat = match commit.content {
            Content::Bytes(bytes) => self.store.put(commit.path, bytes).await?,
            Content::File(file) => self.put_file(commit.path, file, digest).await?,
        };
        self.store
            .put(&place, &intent.into_committed(stat).encode())
            .await?;
        Ok(Committed { digest, size })
    }

    /// Puts a file that a body has written where it belongs: it has moved there, or an earlier try has come so far.
    pub(crate) async fn put_file(
        &self,
        path: &StorePath,
        file: &OutputFile,
        digest: Digest,
    ) -> Result<Stat, CheckpointError> {
        if file.is_committed() {
            let stat = self.store.stat(path).await?;
            return match (stat, self.store.digest(path).await?) {
                (Some(stat), Some(there)) if there == digest => Ok(stat),
                (None, _) | (_, None) => Err(CheckpointError::Missing {
                    what: Subject::File(self.show(path).into()),
                }),
                _ => Err(CheckpointError::Changed {
                    file: self.show(path),
                }),
            };
        }
        let put = self.store.put_file(path, file.path()).await;
        // Also where it is an error: it may have moved before that.
        if !file.path().exists()
            && let Ok(Some(place)) = self.store.local_file(path).await
        {
            file.settle(place);
        }
        Ok(put?)
    }

    /// The record of a checkpoint, if it has one.
    ///
    /// # Errors
    /// When the store fails, or the record is damaged or of a newer version.
    pub async fn record(&self, path: &StorePath) -> Result<Option<Record>, CheckpointError> {
        let place = Record::place(path)?;
        let Some(bytes) = self.store.get(&place).await? else {
            return Ok(None);
        };
        match Record::decode(&bytes) {
            Ok(record) => Ok(Some(record)),
            Err(source) => Err(CheckpointError::Record {
                file: self.store.show(path),
                record: self.store.show(&place),
                source,
            }),
        }
    }

    /// The record that speaks of the file about to be replaced: of an intent that was cut short, the one whose bytes
    /// are there. A damaged record speaks of nothing.
    async fn record_in_force(&self, path: &StorePath) -> Result<Option<Record>, CheckpointError> {
        let record = match self.record(path).await {
            Ok(Some(record)) => record,
            Ok(None)
            | Err(CheckpointError::Record {
                source: RecordError::Malformed(_),
                ..
            }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if record.state == Progress::Committed {
            return Ok(Some(record));
        }
        // The time of the file is not looked at again: an unknown time only means that its bytes are hashed.
        let unknown_time = Stat {
            len: record.size,
            modified: None,
        };
        let digest = self.store.digest(path).await?;
        let holding = digest.and_then(|digest| reuse::holding(&record, digest).cloned());
        Ok(holding.map(|record| record.into_committed(unknown_time)))
    }

    /// Writes down what hashing has found out, so that the next look need not hash again: that a commit came to its
    /// end, that it did not, or that the bytes are the recorded ones in spite of another time.
    async fn settle(&self, path: &StorePath, record: &Record, digest: Digest, stat: Stat) {
        let Some(holding) = reuse::holding(record, digest) else {
            return;
        };
        let settled = holding.clone().into_committed(stat);
        if settled == *record {
            return;
        }
        // The verdict stands without it, also where the store cannot be written.
        if let Ok(place) = Record::place(path) {
            let _ = self.store.put(&place, &settled.encode()).await;
        }
    }
}
