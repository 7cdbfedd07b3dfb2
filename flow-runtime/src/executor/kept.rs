//! Where a finished node's result is, how it came there, and how it comes back into memory.

use std::path::PathBuf;
use std::sync::Arc;

use crate::checkpoint::{CheckpointError, Codec, Reuse, Staleness, Subject};
use crate::digest::Digest;
use crate::slot::Held;
use crate::store::StorePath;

use super::core::Core;

/// Where a node's result is, and how it came there.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Of the encoded result; `None` where nothing encodes it.
    pub(super) digest: Option<Digest>,
    pub(super) place: Place,
    pub(super) origin: Origin,
}

/// Where a result can be read again.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// The file, and the digest of the bytes that it had.
    Target(StorePath, Digest),
    Inline(Arc<[u8]>),
    Spilled(PathBuf),
    Memory,
}

/// How a result came to be.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// The body ran; what its target held before was stale for these reasons.
    Ran(Vec<Staleness>),
    /// Its target was there.
    Reused(Reuse),
    /// It was set by hand.
    Given,
}

impl Kept {
    /// One sentence for people.
    pub(crate) fn message(&self) -> String {
        match &self.origin {
            Origin::Ran(replaced) if replaced.is_empty() => String::new(),
            Origin::Ran(replaced) => {
                let reasons: Vec<String> = replaced.iter().map(ToString::to_string).collect();
                format!("made again: {}", reasons.join(", "))
            }
            Origin::Reused(reuse) => reuse.to_string(),
            Origin::Given => "its result was given".to_owned(),
        }
    }

    /// The target's file, as a person would type it.
    pub(crate) fn location(&self, core: &Core) -> Option<String> {
        match &self.place {
            Place::Target(path, _) => core.keeper.as_ref().map(|keeper| keeper.show(path)),
            Place::Inline(_) | Place::Spilled(_) | Place::Memory => None,
        }
    }

    pub(crate) fn reuse(&self) -> Option<&Reuse> {
        match &self.origin {
            Origin::Reused(reuse) => Some(reuse),
            Origin::Ran(_) | Origin::Given => None,
        }
    }

    /// Why what its target held before was not reused.
    pub(crate) fn replaced(&self) -> &[Staleness] {
        match &self.origin {
            Origin::Ran(replaced) => replaced,
            Origin::Reused(_) | Origin::Given => &[],
        }
    }
}

/// Brings the result of a finished node back into memory.
pub(crate) async fn load(core: &Core, node: usize) -> Result<Held, CheckpointError> {
    let kept = core.detail(node).and_then(|detail| detail.kept.as_ref());
    let (Some(keeper), Some(kept)) = (&core.keeper, kept) else {
        return Err(gone(core, node));
    };
    let codec = codec(core, node);
    let decoded = |bytes: &[u8], what: Subject| {
        (codec.decode)(bytes).map_err(|source| CheckpointError::Undecodable {
            what,
            type_name: (codec.type_name)(),
            format: codec.name,
            source,
        })
    };
    let value = match &kept.place {
        Place::Target(path, digest) => keeper.checkpoints.load(path, &codec, *digest).await?,
        Place::Inline(bytes) => decoded(bytes, result_of(core, node))?,
        Place::Spilled(file) => {
            let shown = file.display().to_string();
            let bytes = std::fs::read(file).map_err(|source| CheckpointError::Spill {
                file: shown.clone(),
                source,
            })?;
            decoded(&bytes, Subject::File(shown.into()))?
        }
        Place::Memory => return Err(gone(core, node)),
    };
    let value = Held::from(value);
    core.slot(node).share(Arc::clone(&value));
    Ok(value)
}

fn gone(core: &Core, node: usize) -> CheckpointError {
    CheckpointError::Missing {
        what: result_of(core, node),
    }
}

fn result_of(core: &Core, node: usize) -> Subject {
    Subject::ResultOf(core.spec.nodes[node].name.into())
}

pub(super) fn codec(core: &Core, node: usize) -> Codec {
    core.spec.nodes[node]
        .codec()
        .expect("a task with a target or a stored result has a codec")
}
