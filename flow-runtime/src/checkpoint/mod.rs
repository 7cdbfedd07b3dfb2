//! Results made durable: where a target lies, how a value becomes bytes, what is known of it, and when it is reused.
//!
//! It decides and it orders writes; bytes go to and from a [`store`](crate::store), and which node is looked at or
//! committed when is the executor's affair.

mod claim;
mod commit;
mod error;
mod format;
mod output;
mod record;
mod render;
mod reuse;
mod spill;

#[cfg(test)]
mod crash;

use std::sync::Arc;

pub use claim::{ClaimError, Claims, Collision};
pub use commit::{Commit, Committed, Content};
pub use error::{CheckpointError, Subject};
#[cfg(feature = "csv")]
pub use format::Rows;
#[doc(hidden)]
#[cfg(feature = "csv")]
pub use format::WrittenAsCsv;
#[doc(hidden)]
#[cfg(feature = "postcard")]
pub use format::WrittenAsPostcard;
pub use format::{
    Bytes, Codec, Compression, DecodeError, Empty, EncodeError, Format, Parsed, Serializable, Text, Value,
    compressed,
};
#[doc(hidden)]
pub use format::{WrittenAsBytes, WrittenAsJson, WrittenAsMsgpack, WrittenAsText, WrittenBy};
pub use output::{FileOutput, OutputFault, OutputFile};
pub(crate) use output::{MadeBy, Measured, Outputs};
pub use record::{ArgumentDigest, Identity, Progress, Record, RecordError, VERSION};
pub(crate) use render::is_in_digits;
pub use render::{
    Displayed, RenderError, RenderFault, Variable, Variables, WrongName, displayed, escaped, render,
    unescaped,
};
pub use reuse::{ArgumentChange, Reuse, ReuseReason, Staleness, Verdict, forced, verdict};
pub(crate) use spill::Spill;

use crate::digest::{Digest, ShortDigest};
use crate::store::{Store, StorePath};

/// The checkpoints in a store.
///
/// ```
/// use std::sync::Arc;
/// use flow_runtime::checkpoint::{Checkpoints, Codec, Commit, Content, Identity};
/// use flow_runtime::store::{Blocking, MemoryStore, StorePath, wait};
/// use flow_runtime::Fingerprint;
///
/// const CODEC: Codec = Codec::text::<u32, _>();
/// let checkpoints = Checkpoints::new(Arc::new(Blocking::new(MemoryStore::new())));
/// let identity = Identity {
///     task: "example::answer".into(),
///     version: String::new(),
///     output_type: (CODEC.type_name)().into(),
///     codec: CODEC.name.into(),
///     body: Fingerprint::from_bytes([0; 32]),
///     arguments: Vec::new(),
/// };
/// let path: StorePath = "answer.txt".parse()?;
/// let bytes = (CODEC.encode)(&42_u32)?;
/// let at = jiff::Timestamp::now();
/// let content = Content::Bytes(&bytes);
/// let commit = Commit { path: &path, content, identity: &identity, run_id: "r1", flow: "f", node: "n", at };
/// let committed = wait(checkpoints.commit(commit))?;
///
/// let verdict = wait(checkpoints.look(&path, &identity, false))?;
/// assert_eq!(verdict.to_string(), "unchanged since run r1");
/// assert_eq!(wait(checkpoints.load(&path, &CODEC, Some(committed.digest.into())))?.downcast_ref(), Some(&42_u32));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Checkpoints {
    store: Arc<dyn Store>,
}

impl Checkpoints {
    /// The checkpoints in this store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The path of a checkpoint as the user would type it.
    pub fn show(&self, path: &StorePath) -> String {
        self.store.show(path)
    }

    /// Whether there is a checkpoint whose bytes have this digest; whatever they are, without one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn holds(
        &self,
        path: &StorePath,
        digest: Option<ShortDigest>,
    ) -> Result<bool, CheckpointError> {
        let Some(stat) = self.store.stat(path).await? else {
            return Ok(false);
        };
        let Some(digest) = digest else {
            return Ok(true);
        };
        // Its record may spare reading it; a record that cannot be read spares nothing.
        let known = match self.record(path).await {
            Ok(Some(record)) => record.digest_if_unchanged(stat),
            _ => None,
        };
        let found = match known {
            Some(known) => Some(known),
            None => self.store.digest(path).await?,
        };
        Ok(found.is_some_and(|found| digest == found.into()))
    }

    /// Reads the checkpoint whose bytes have this digest; whatever they are, without one.
    ///
    /// # Errors
    /// When there is none, the store fails, or the file has other bytes, or is no value of the codec's type.
    pub async fn load(
        &self,
        path: &StorePath,
        codec: &Codec,
        digest: Option<ShortDigest>,
    ) -> Result<Value, CheckpointError> {
        let bytes = self.bytes(path, digest).await?;
        codec
            .decoded(&bytes)
            .map_err(|source| CheckpointError::Undecodable {
                what: Subject::File(self.show(path).into()),
                type_name: (codec.type_name)(),
                format: codec.name,
                source,
            })
    }

    /// The bytes of a file that have this digest; whatever they are, without one.
    async fn bytes(&self, path: &StorePath, digest: Option<ShortDigest>) -> Result<Vec<u8>, CheckpointError> {
        let Some(bytes) = self.store.get(path).await? else {
            return Err(CheckpointError::Missing {
                what: Subject::File(self.show(path).into()),
            });
        };
        if digest.is_some_and(|digest| digest != Digest::of(&bytes).into()) {
            return Err(CheckpointError::Changed {
                file: self.show(path),
            });
        }
        Ok(bytes)
    }

    /// The file of a body with this digest, to be read by its path; whatever it holds, without one. Of a store that lies
    /// elsewhere it is fetched.
    ///
    /// # Errors
    /// When there is none, the store fails, or the file has other bytes.
    pub(crate) async fn load_file(
        &self,
        path: &StorePath,
        digest: Option<ShortDigest>,
        outputs: &Outputs,
    ) -> Result<OutputFile, CheckpointError> {
        if let Some(place) = self.store.local_file(path).await? {
            return if self.holds(path, digest).await? {
                Ok(OutputFile::at(place))
            } else {
                Err(CheckpointError::Changed {
                    file: self.show(path),
                })
            };
        }
        let bytes = self.bytes(path, digest).await?;
        let name = path.segments().next_back().unwrap_or_default();
        Ok(outputs.of_bytes(&*self.store, name, &bytes)?)
    }
}
