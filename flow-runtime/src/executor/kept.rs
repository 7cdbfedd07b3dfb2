//! Where a finished node's result is, how it came there, and how it comes back into memory.

use std::sync::Arc;

use crate::checkpoint::{CheckpointError, Codec, Reuse, Staleness, Subject};
use crate::digest::ShortDigest;
use crate::slot::Held;
use crate::state::{ResultPlace, StoredResult};
use crate::store::StorePath;

use super::core::{Core, GIVEN};
use super::keeper::Keeper;
use super::paths::{self, Frame};

/// Where a node's result is, and how it came there.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Of the encoded result; `None` where nothing encodes it, or nobody knows.
    pub(super) digest: Option<ShortDigest>,
    pub(super) place: Place,
    pub(super) origin: Origin,
}

/// Where a result can be read again.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// In the target.
    Target(StorePath),
    /// In the target, where its template says.
    Rendered,
    Inline(Arc<[u8]>),
    Spilled(StorePath),
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
    /// An earlier process of the run has made it.
    Restored,
}

impl Kept {
    /// A result of an earlier process of the run.
    pub(crate) fn restored(result: StoredResult) -> Self {
        Self {
            digest: result.digest,
            place: match result.place {
                ResultPlace::Rendered => Place::Rendered,
                ResultPlace::Target(path) => Place::Target(path),
                ResultPlace::Spilled(path) => Place::Spilled(path),
                ResultPlace::Inline(bytes) => Place::Inline(bytes.into()),
            },
            origin: Origin::Restored,
        }
    }

    /// One sentence for people.
    pub(crate) fn message(&self) -> String {
        match &self.origin {
            Origin::Ran(replaced) if replaced.is_empty() => String::new(),
            Origin::Ran(replaced) => {
                let reasons: Vec<String> = replaced.iter().map(ToString::to_string).collect();
                format!("made again: {}", reasons.join(", "))
            }
            Origin::Reused(reuse) => reuse.to_string(),
            Origin::Given => GIVEN.to_owned(),
            Origin::Restored => String::new(),
        }
    }

    /// The target's file, as a person would type it.
    pub(crate) fn location(&self, core: &Core) -> Option<String> {
        match &self.place {
            Place::Target(path) => core.keeper.as_ref().map(|keeper| keeper.show(path)),
            Place::Rendered | Place::Inline(_) | Place::Spilled(_) | Place::Memory => None,
        }
    }

    pub(crate) fn reuse(&self) -> Option<&Reuse> {
        match &self.origin {
            Origin::Reused(reuse) => Some(reuse),
            Origin::Ran(_) | Origin::Given | Origin::Restored => None,
        }
    }

    /// Why what its target held before was not reused.
    pub(crate) fn replaced(&self) -> &[Staleness] {
        match &self.origin {
            Origin::Ran(replaced) => replaced,
            Origin::Reused(_) | Origin::Given | Origin::Restored => &[],
        }
    }
}

/// Where a run state says that a result is; `None` for one that goes with its process.
pub(super) fn stored(core: &Core, node: usize, kept: &Kept) -> Option<StoredResult> {
    let place = match &kept.place {
        // Nobody renders the target of a child before its `for` is opened.
        Place::Target(path)
            if !core.families.is_child(node) && rendered(core.frame(), node).as_ref() == Some(path) =>
        {
            ResultPlace::Rendered
        }
        Place::Target(path) => ResultPlace::Target(path.clone()),
        Place::Rendered => ResultPlace::Rendered,
        Place::Inline(bytes) => ResultPlace::Inline(bytes.to_vec()),
        Place::Spilled(path) => ResultPlace::Spilled(path.clone()),
        Place::Memory => return None,
    };
    Some(StoredResult {
        digest: kept.digest,
        place,
    })
}

/// Where the target of a node lies, as far as that is known without any result.
pub(super) fn rendered(frame: Frame<'_>, node: usize) -> Option<StorePath> {
    let template = frame.node(node).target()?;
    paths::early_path(frame, node, template, None).ok()?
}

/// Whether bytes are those of the result with this digest, as far as it has one.
fn fits(codec: Option<Codec>, bytes: &[u8], digest: Option<ShortDigest>) -> bool {
    match (codec, digest) {
        (Some(codec), Some(digest)) => digest == codec.digest(bytes).into(),
        _ => true,
    }
}

/// Whether a recorded result can be read. Nothing is decoded for it, and a target that has not changed is not even read.
pub(crate) async fn is_readable(
    frame: Frame<'_>,
    keeper: Option<&Keeper>,
    node: usize,
    result: &StoredResult,
) -> bool {
    let codec = frame.node(node).codec();
    // A store that fails now may do better later: the node that needs the result will tell.
    let target = match &result.place {
        ResultPlace::Inline(_) => return true,
        // Nothing spares a look at the bytes of a file, which are read piece by piece.
        ResultPlace::Spilled(path) if codec.is_some_and(|codec| codec.is_file) => Some(path.clone()),
        ResultPlace::Spilled(path) => {
            let Some(keeper) = keeper else { return false };
            return match keeper.checkpoints.store().get(path).await {
                Ok(Some(bytes)) => fits(codec, &bytes, result.digest),
                Ok(None) => false,
                Err(_) => true,
            };
        }
        ResultPlace::Target(path) => Some(path.clone()),
        ResultPlace::Rendered => rendered(frame, node),
    };
    match (target, keeper) {
        (Some(path), Some(keeper)) => keeper
            .checkpoints
            .holds(&path, result.digest)
            .await
            .unwrap_or(true),
        _ => false,
    }
}

/// Brings the result of a finished node back into memory.
pub(crate) async fn load(core: &Core, node: usize) -> Result<Held, CheckpointError> {
    let value = read(core, node).await?;
    core.slot(node).share(Arc::clone(&value));
    Ok(value)
}

/// Reads the result of a finished node; nobody else has it then.
pub(crate) async fn read(core: &Core, node: usize) -> Result<Held, CheckpointError> {
    let kept = core.detail(node).and_then(|detail| detail.kept.as_ref());
    let Some(kept) = kept else {
        return Err(gone(core, node));
    };
    let codec = codec(core, node);
    if codec.is_file {
        return load_file(core, node, kept).await;
    }
    let decoded = |bytes: &[u8], what: Subject| {
        codec
            .decoded(bytes)
            .map_err(|source| CheckpointError::Undecodable {
                what,
                type_name: (codec.type_name)(),
                format: codec.name,
                source,
            })
    };
    let value = match (&kept.place, &core.keeper) {
        (Place::Inline(bytes), _) => decoded(bytes, result_of(core, node))?,
        (Place::Target(path), Some(keeper)) => keeper.checkpoints.load(path, &codec, kept.digest).await?,
        (Place::Rendered, Some(keeper)) => {
            let path = rendered(core.frame(), node).ok_or_else(|| gone(core, node))?;
            keeper.checkpoints.load(&path, &codec, kept.digest).await?
        }
        (Place::Spilled(path), Some(keeper)) => {
            let shown = Subject::File(keeper.show(path).into());
            let bytes = keeper.checkpoints.store().get(path).await?;
            let bytes = bytes.ok_or(CheckpointError::Missing { what: shown.clone() })?;
            if !fits(Some(codec), &bytes, kept.digest) {
                return Err(CheckpointError::Changed {
                    file: keeper.show(path),
                });
            }
            decoded(&bytes, shown)?
        }
        (Place::Memory, _) | (_, None) => return Err(gone(core, node)),
    };
    Ok(Held::from(value))
}

/// The same of a file that its readers read themselves.
async fn load_file(core: &Core, node: usize, kept: &Kept) -> Result<Held, CheckpointError> {
    let path = match &kept.place {
        Place::Target(path) | Place::Spilled(path) => Some(path.clone()),
        Place::Rendered => rendered(core.frame(), node),
        // No state has one in itself.
        Place::Inline(_) | Place::Memory => None,
    };
    let (Some(path), Some(keeper)) = (path, &core.keeper) else {
        return Err(gone(core, node));
    };
    let file = keeper
        .checkpoints
        .load_file(&path, kept.digest, &core.outputs)
        .await?;
    Ok(Held::from(Box::new(file) as Box<_>))
}

fn gone(core: &Core, node: usize) -> CheckpointError {
    CheckpointError::Missing {
        what: result_of(core, node),
    }
}

fn result_of(core: &Core, node: usize) -> Subject {
    Subject::ResultOf(core.slug(node).into())
}

pub(super) fn codec(core: &Core, node: usize) -> Codec {
    core.node(node)
        .codec()
        .expect("a task with a target or a stored result has a codec")
}
