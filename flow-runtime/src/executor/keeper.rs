//! The store as one run uses it: targets are looked up, results are kept. The rules are the checkpoint layer's; here
//! they meet the nodes of a run.

use core::any::Any;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::checkpoint::{
    CheckpointError, Checkpoints, Claims, Codec, Commit, Content, EncodeError, Identity, Spill, Staleness,
    Subject, Verdict,
};
use crate::digest::ShortDigest;
use crate::spec::{FlowSpec, TaskSpec};
use crate::store::{Store, StorePath};

use super::core::Core;
use super::force::Force;
use super::identity::Identities;
use super::kept::{Kept, Origin, Place, codec};
use super::outputs;

/// A result without a target is kept in memory up to this many bytes; larger ones are spilled to the store.
const INLINE: usize = 4096;

/// The store, as one run uses it.
pub(crate) struct Keeper {
    pub(super) checkpoints: Checkpoints,
    root: String,
    claims: Claims,
    spill: Spill,
    force: Force,
    pub(super) identities: Identities,
    /// The tasks whose first result in this format has been decoded again, in debug builds.
    decoded: Mutex<HashSet<(&'static str, &'static str)>>,
}

/// A node's target, looked up: its path, and what was found there.
#[derive(Debug)]
pub(crate) struct Found {
    pub(super) path: StorePath,
    /// Why what was there is not reused.
    replaced: Vec<Staleness>,
    /// What was there, if it is reused.
    pub(crate) kept: Option<Kept>,
}

impl Keeper {
    pub(crate) fn new(
        spec: &'static FlowSpec,
        store: Arc<dyn Store>,
        root: String,
        spill: Spill,
        force: Force,
        params: &dyn Any,
    ) -> Self {
        Self {
            checkpoints: Checkpoints::new(store),
            root,
            claims: Claims::new(),
            spill,
            force,
            identities: Identities::new(spec, params),
            decoded: Mutex::default(),
        }
    }

    /// The store's directory, as it was given.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Claims a node's path and looks what is there, to be replaced by a result that comes `anew`. What counts as made by
    /// hand is decoded at once.
    pub(super) async fn find(
        &self,
        core: &Core,
        node: usize,
        identity: &Identity,
        path: StorePath,
        anew: bool,
    ) -> Result<Found, CheckpointError> {
        self.claims.claim(&path, &core.slug(node))?;
        let anew = anew || self.force.includes(core.node(node).name);
        let verdict = self.checkpoints.look(&path, identity, anew).await?;
        let reuse = match verdict.under(core.node(node).task.on_change) {
            Verdict::Missing => {
                return Ok(Found {
                    path,
                    replaced: Vec::new(),
                    kept: None,
                });
            }
            Verdict::Stale(reasons) => {
                return Ok(Found {
                    path,
                    replaced: reasons,
                    kept: None,
                });
            }
            Verdict::Reuse(reuse) => reuse,
        };
        if reuse.is_by_hand() && codec(core, node).is_file {
            self.take_file(core, node, &path).await?;
        } else if reuse.is_by_hand() {
            // The digest counts for what depends on it: it must be that of the value, whoever writes meanwhile.
            let codec = codec(core, node);
            let value = self
                .checkpoints
                .load(&path, &codec, Some(reuse.digest.into()))
                .await?;
            // Kept for its readers: it need not be decoded twice.
            core.slot(node).share(value.into());
        }
        let kept = Kept {
            digest: Some(reuse.digest.into()),
            place: Place::Target(path.clone()),
            origin: Origin::Reused(reuse),
        };
        Ok(Found {
            path,
            replaced: Vec::new(),
            kept: Some(kept),
        })
    }

    /// Makes a result durable: in its target, or for this run.
    pub(super) async fn keep(
        &self,
        core: &Core,
        node: usize,
        target: Option<(&Identity, &Found)>,
    ) -> Result<Kept, CheckpointError> {
        let spec = core.node(node);
        let Some(codec) = spec.codec() else {
            return Ok(Kept {
                digest: None,
                place: Place::Memory,
                origin: Origin::Ran(Vec::new()),
            });
        };
        if codec.is_file {
            return self.keep_file(core, node, target).await;
        }
        let what = || match target {
            Some((_, found)) => Subject::File(self.show(&found.path).into()),
            None => Subject::ResultOf(core.slug(node).into()),
        };
        let bytes = encode(core, node, codec)
            .expect("a body that ran has put its result in its place")
            .map_err(|source| CheckpointError::Encode { what: what(), source })?;
        self.decode_first(spec.task, codec, &bytes, what)?;
        let Some((identity, found)) = target else {
            let digest = codec.digest(&bytes).into();
            let place = self.place(core, node, digest, bytes).await?;
            return Ok(Kept {
                digest: Some(digest),
                place,
                origin: Origin::Ran(Vec::new()),
            });
        };
        self.commit(core, node, Content::Bytes(&bytes), identity, found)
            .await
    }

    /// Writes a result to its target.
    pub(super) async fn commit(
        &self,
        core: &Core,
        node: usize,
        content: Content<'_>,
        identity: &Identity,
        found: &Found,
    ) -> Result<Kept, CheckpointError> {
        let commit = Commit {
            path: &found.path,
            content,
            identity,
            run_id: core.info.id.as_str(),
            flow: core.spec.name,
            node: &core.slug(node),
            at: Timestamp::now(),
        };
        let committed = self.checkpoints.commit(commit).await?;
        Ok(Kept {
            digest: Some(committed.digest.into()),
            place: Place::Target(found.path.clone()),
            origin: Origin::Ran(found.replaced.clone()),
        })
    }

    /// A result without a target.
    async fn place(
        &self,
        core: &Core,
        node: usize,
        digest: ShortDigest,
        bytes: Vec<u8>,
    ) -> Result<Place, CheckpointError> {
        if bytes.len() <= INLINE {
            return Ok(Place::Inline(bytes.into()));
        }
        Ok(Place::Spilled(self.spill(core, node, digest, &bytes).await?))
    }

    /// Writes a result among the run's own files.
    pub(super) async fn spill(
        &self,
        core: &Core,
        node: usize,
        digest: ShortDigest,
        bytes: &[u8],
    ) -> Result<StorePath, CheckpointError> {
        self.spill.write(&spilled(core, node), digest, bytes).await
    }

    /// Where that is, for a result that is about to be there.
    pub(super) fn spill_path(
        &self,
        core: &Core,
        node: usize,
        digest: ShortDigest,
    ) -> Result<StorePath, CheckpointError> {
        self.spill.prepare(&spilled(core, node), digest)
    }

    /// In debug builds the first result of each task and format is decoded again: a type that cannot be read back is found out
    /// before a run needs it.
    fn decode_first(
        &self,
        task: &'static TaskSpec,
        codec: Codec,
        bytes: &[u8],
        what: impl Fn() -> Subject,
    ) -> Result<(), CheckpointError> {
        if !cfg!(debug_assertions) {
            return Ok(());
        }
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if !decoded.insert(((task.path)(), codec.name)) {
            return Ok(());
        }
        drop(decoded);
        match codec.decoded(bytes) {
            Ok(_) => Ok(()),
            Err(source) => Err(CheckpointError::OneWay {
                what: what(),
                type_name: (codec.type_name)(),
                format: codec.name,
                source,
            }),
        }
    }

    pub(super) fn show(&self, path: &StorePath) -> String {
        self.checkpoints.show(path)
    }
}

/// How a result is called among the run's own files.
fn spilled(core: &Core, node: usize) -> String {
    let name = core.node(node).name;
    // The index tells names apart that differ only by case.
    match core.families.child(node) {
        Some((family, index)) => format!("{}-{name}-{index}", family.node),
        None => format!("{node}-{name}"),
    }
}

/// What is known of a result that was set by hand. One that cannot be written has no digest, and lives in memory.
pub(super) async fn given(core: &Core, node: usize) -> Kept {
    let spec = core.node(node);
    if spec.codec().is_some_and(|codec| codec.is_file) {
        let (digest, place) = outputs::given(core, node).await;
        let origin = Origin::Given;
        return Kept {
            digest,
            place,
            origin,
        };
    }
    let encoded = spec.codec().and_then(|codec| {
        let bytes = encode(core, node, codec)?.ok()?;
        Some((codec.digest(&bytes).into(), bytes))
    });
    let (digest, place) = match (encoded, &core.keeper) {
        (Some((digest, bytes)), Some(keeper)) => {
            let place = keeper.place(core, node, digest, bytes).await;
            (Some(digest), place.unwrap_or(Place::Memory))
        }
        (Some((digest, bytes)), None) => (Some(digest), Place::Inline(bytes.into())),
        (None, _) => (None, Place::Memory),
    };
    Kept {
        digest,
        place,
        origin: Origin::Given,
    }
}

/// The bytes of a result that memory has; `None` where it has none.
pub(super) fn encode(core: &Core, node: usize, codec: Codec) -> Option<Result<Vec<u8>, EncodeError>> {
    let slot = core.slot(node);
    Some(match slot.kept() {
        Some(value) => codec.encoded(value),
        None => codec.encoded(&*slot.shared()?),
    })
}
