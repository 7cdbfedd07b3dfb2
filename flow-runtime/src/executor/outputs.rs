//! The files that bodies write themselves: given to an attempt, taken from it, kept and read again. What such a file is, the
//! checkpoint layer knows.

use core::any::Any;

use crate::attempt::Attempt;
use crate::checkpoint::{
    CheckpointError, Content, Identity, MadeBy, Measured, OutputFault, OutputFile, Value,
};
use crate::context::Context;
use crate::digest::ShortDigest;
use crate::slot::Held;
use crate::store::{StoreError, StorePath};
use crate::template::Template;

use super::core::Core;
use super::gate::GateError;
use super::keeper::{Found, Keeper};
use super::kept::{Kept, Origin, Place, rendered};

/// A new file for an attempt to write. It is called as it will be in the store, as far as that is known: there are programs that
/// tell by a name what they are to write.
pub(crate) fn file_for(context: &Context) -> Result<OutputFile, StoreError> {
    let core = &*context.core;
    let store = core.keeper.as_ref().map(|keeper| keeper.checkpoints.store());
    core.outputs.file(store, &name(context), made_by(context))
}

fn made_by(context: &Context) -> MadeBy {
    MadeBy {
        node: context.node,
        attempt: context.attempt,
    }
}

fn name(context: &Context) -> String {
    let (core, node) = (&*context.core, context.node);
    let of = |path: &StorePath| path.segments().next_back().map(str::to_owned);
    let found = context.target.get().and_then(of);
    let known = || rendered(core.frame(), node).as_ref().and_then(of);
    found.or_else(known).unwrap_or_else(|| {
        // Only the arguments tell the path: of its end the extension is often there.
        let spec = core.node(node);
        let extension = spec.target().and_then(Template::extension).unwrap_or("");
        format!("{}{extension}", spec.name)
    })
}

/// Looks at what a body has returned, or a signal brought: a file must be the one that the attempt was given.
pub(crate) fn accept(context: &Context, value: &dyn Any) -> Result<(), CheckpointError> {
    let Some(file) = value.downcast_ref::<OutputFile>() else {
        return Ok(());
    };
    let (core, spec) = (&*context.core, context.core.node(context.node));
    let fault = |source| CheckpointError::Output {
        node: spec.name.into(),
        source,
    };
    if !core.outputs.has_made(file, made_by(context)) {
        let path = file.path().to_owned();
        return Err(fault(OutputFault::Foreign { path }));
    }
    file.check().map_err(fault)?;
    // Now, while another attempt can mend what is wrong with it.
    if core.keeper.is_some() && spec.codec().is_some() {
        file.measure().map_err(fault)?;
    }
    Ok(())
}

impl Attempt {
    /// Looks at what the body has returned, on its way out of the call.
    pub(crate) fn accept(&self, value: &dyn Any) -> Result<(), GateError> {
        accept(&self.context, value).map_err(GateError)
    }
}

/// What is done with the file in a node's place.
fn with_file<T>(core: &Core, node: usize, then: impl FnOnce(&OutputFile) -> T) -> Option<T> {
    let slot = core.slot(node);
    match slot.kept() {
        Some(value) => value.downcast_ref().map(then),
        None => slot.shared()?.downcast_ref().map(then),
    }
}

/// The digest of a value that is a file; `None` of one that is none, or cannot be read.
pub(crate) fn digest_of(value: &(dyn Any + Send + Sync)) -> Option<ShortDigest> {
    let file: &OutputFile = value.downcast_ref()?;
    file.measure().ok().map(|measured| measured.digest.into())
}

impl Keeper {
    /// Keeps the file that a body has written: in its target, or for this run.
    pub(super) async fn keep_file(
        &self,
        core: &Core,
        node: usize,
        target: Option<(&Identity, &Found)>,
    ) -> Result<Kept, CheckpointError> {
        let slot = core.slot(node);
        let shared = slot.shared();
        let value = slot.kept().or(shared.as_deref());
        let file: &OutputFile = value
            .and_then(|value| value.downcast_ref())
            .expect("a body that ran has put its file in its place");
        if let Some((identity, found)) = target {
            return self
                .commit(core, node, Content::File(file), identity, found)
                .await;
        }
        let (digest, path) = self.spill_file(core, node, file).await?;
        Ok(Kept {
            digest: Some(digest),
            place: Place::Spilled(path),
            origin: Origin::Ran(Vec::new()),
        })
    }

    /// Moves a file among the run's own files.
    async fn spill_file(
        &self,
        core: &Core,
        node: usize,
        file: &OutputFile,
    ) -> Result<(ShortDigest, StorePath), CheckpointError> {
        let name = core.node(node).name;
        let measured = file.measure().map_err(|source| CheckpointError::Output {
            node: name.into(),
            source,
        });
        let Measured { digest, .. } = measured?;
        let path = self.spill_path(core, node, digest.into())?;
        self.checkpoints.put_file(&path, file, digest).await?;
        Ok((digest.into(), path))
    }

    /// What was found in the target counts as made by hand: it is not read again, as its bytes mean nothing here.
    pub(super) async fn take_file(
        &self,
        core: &Core,
        node: usize,
        path: &StorePath,
    ) -> Result<(), StoreError> {
        // One that lies elsewhere is fetched for whoever reads it.
        if let Some(place) = self.checkpoints.store().local_file(path).await? {
            core.slot(node)
                .share(Held::from(Box::new(OutputFile::at(place)) as Value));
        }
        Ok(())
    }
}

/// What is known of a file that was set by hand: it stays where it is, and a copy of it goes with the run, if there is room.
pub(super) async fn given(core: &Core, node: usize) -> (Option<ShortDigest>, Place) {
    let nothing = (None, Place::Memory);
    let Some(Ok((measured, original))) = with_file(core, node, |file| {
        file.measure().map(|measured| (measured, file.path().to_owned()))
    }) else {
        return nothing;
    };
    let digest = Some(measured.digest.into());
    let Some(keeper) = &core.keeper else {
        return (digest, Place::Memory);
    };
    let name = core.node(node).name;
    let copy = core.outputs.copy_of(keeper.checkpoints.store(), name, &original);
    let Ok(copy) = copy else {
        return (digest, Place::Memory);
    };
    match keeper.spill_file(core, node, &copy).await {
        Ok((digest, path)) => (Some(digest), Place::Spilled(path)),
        Err(_) => (digest, Place::Memory),
    }
}
