//! What a run with a store knows of it: where each result is kept, what its arguments digest to, which targets are
//! forced. The rules are the checkpoint layer's; here they meet the nodes of a run.

use core::any::Any;
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::checkpoint::{
    ArgumentDigest, CheckpointError, Checkpoints, Claims, Codec, Commit, Identity, Spill, Staleness,
    Variables, Verdict, render,
};
use crate::digest::{Digest, Hasher};
use crate::spec::{Argument, FlowSpec, Literal, ParamSpec, Source, TaskSpec};
use crate::store::{Blocking, LocalStore, StorePath};
use crate::template::Template;

use super::core::{Core, Info};
use super::force::Force;
use super::kept::{Kept, Origin, Place, codec};

/// A result without a target is kept in memory up to this many bytes; larger ones are spilled to the store.
const INLINE: usize = 4096;

/// The store, as one run uses it.
pub(crate) struct Keeper {
    pub(super) checkpoints: Checkpoints,
    root: String,
    claims: Claims,
    spill: Spill,
    force: Force,
    /// Of each parameter of the flow.
    params: Vec<Option<Digest>>,
    /// The tasks whose first result has been decoded again, in debug builds.
    decoded: Mutex<HashSet<&'static str>>,
}

/// A node's target, looked up: its path, and what was found there.
#[derive(Debug)]
pub(crate) struct Found {
    path: StorePath,
    /// Why what was there is not reused.
    replaced: Vec<Staleness>,
    /// What was there, if it is reused.
    pub(crate) kept: Option<Kept>,
}

impl Keeper {
    pub(crate) fn new(
        spec: &'static FlowSpec,
        root: &Path,
        info: &Info,
        force: Force,
        params: &dyn Any,
    ) -> Self {
        let digest = |param: &ParamSpec| (param.digest)((param.get)(params)?);
        Self {
            checkpoints: Checkpoints::new(Arc::new(Blocking::new(LocalStore::new(root)))),
            root: root.display().to_string(),
            claims: Claims::new(),
            spill: Spill::new(root, info.id.as_str()),
            force,
            params: spec.params.iter().map(digest).collect(),
            decoded: Mutex::default(),
        }
    }

    /// The store's directory, as it was given.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// What made the result of `node`, as far as it is known before its body runs.
    pub(super) fn identity(&self, core: &Core, node: usize) -> Identity {
        let spec = &core.spec.nodes[node];
        let task = spec.task;
        let arguments = spec
            .arguments
            .iter()
            .enumerate()
            .map(|(place, argument)| ArgumentDigest {
                name: parameter(task, place, argument).unwrap_or("?").to_owned(),
                digest: self.argument_digest(core, argument.source),
                from: from(core, argument.source),
            });
        Identity {
            task: task.identity(),
            version: task.version.to_owned(),
            output_type: (task.output.type_name)().to_owned(),
            codec: task.output.codec.map_or("", |codec| codec.name).to_owned(),
            body: task.body,
            arguments: arguments.collect(),
        }
    }

    fn argument_digest(&self, core: &Core, source: Source) -> Option<Digest> {
        let of_node = |node: usize| core.detail(node)?.kept.as_ref()?.digest;
        match source {
            Source::Node(node) => of_node(node),
            Source::Param(param) => self.params[param],
            Source::Literal(Literal::Exact(text)) => {
                Some(Hasher::new("literal").part("", text.as_bytes()).digest())
            }
            Source::Literal(Literal::Float(text)) => {
                Some(Hasher::new("float").part("", text.as_bytes()).digest())
            }
            Source::Expression {
                fingerprint,
                nodes,
                params,
            } => {
                let mut hasher = Hasher::new("expression").part("tokens", fingerprint.as_bytes());
                for &node in nodes {
                    hasher = hasher.part(core.spec.nodes[node].name, of_node(node)?.as_bytes());
                }
                for &param in params {
                    hasher = hasher.part(core.spec.params[param].name, self.params[param]?.as_bytes());
                }
                Some(hasher.digest())
            }
        }
    }

    /// Claims a node's path and looks what is there. What counts as made by hand is decoded at once.
    pub(super) async fn find(
        &self,
        core: &Core,
        node: usize,
        identity: &Identity,
        path: StorePath,
    ) -> Result<Found, CheckpointError> {
        let name = core.spec.nodes[node].name;
        self.claims.claim(&path, name)?;
        let reuse = match self
            .checkpoints
            .look(&path, identity, self.force.includes(name))
            .await?
        {
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
        if reuse.is_by_hand() {
            // The digest counts for what depends on it: it must be that of the value, whoever writes meanwhile.
            let codec = codec(core, node);
            let value = self.checkpoints.load(&path, &codec, reuse.digest).await?;
            // Kept for its readers: it need not be decoded twice.
            core.slot(node).share(value.into());
        }
        let kept = Kept {
            digest: Some(reuse.digest),
            place: Place::Target(path.clone(), reuse.digest),
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
        let spec = &core.spec.nodes[node];
        let Some(codec) = spec.task.output.codec else {
            return Ok(Kept {
                digest: None,
                place: Place::Memory,
                origin: Origin::Ran(Vec::new()),
            });
        };
        let shown = || {
            target.map_or_else(
                || format!("the result of `{}`", spec.name),
                |(_, found)| self.show(&found.path),
            )
        };
        let bytes = encode(core, node, codec).map_err(|source| CheckpointError::Encode {
            file: shown(),
            source,
        })?;
        self.decode_first(spec.task, codec, &bytes, shown)?;
        let Some((identity, found)) = target else {
            let digest = Some(Digest::of(&bytes));
            let place = self.place(node, spec.name, bytes)?;
            return Ok(Kept {
                digest,
                place,
                origin: Origin::Ran(Vec::new()),
            });
        };
        let commit = Commit {
            path: &found.path,
            bytes: &bytes,
            identity,
            run_id: core.info.id.as_str(),
            flow: core.spec.name,
            node: spec.name,
            at: Timestamp::now(),
        };
        let committed = self.checkpoints.commit(commit).await?;
        Ok(Kept {
            digest: Some(committed.digest),
            place: Place::Target(found.path.clone(), committed.digest),
            origin: Origin::Ran(found.replaced.clone()),
        })
    }

    /// A result without a target.
    fn place(&self, node: usize, name: &str, bytes: Vec<u8>) -> Result<Place, CheckpointError> {
        if bytes.len() <= INLINE {
            return Ok(Place::Inline(bytes.into()));
        }
        // The index tells names apart that differ only by case.
        let file = self.spill.write(&format!("{node}-{name}"), &bytes);
        let file = file.map_err(|(path, source)| CheckpointError::Spill {
            file: path.display().to_string(),
            source,
        })?;
        Ok(Place::Spilled(file))
    }

    /// In debug builds the first result of each task is decoded again: a type that cannot be read back is found out
    /// before a run needs it.
    fn decode_first(
        &self,
        task: &'static TaskSpec,
        codec: Codec,
        bytes: &[u8],
        shown: impl Fn() -> String,
    ) -> Result<(), CheckpointError> {
        if !cfg!(debug_assertions) {
            return Ok(());
        }
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if !decoded.insert((task.path)()) {
            return Ok(());
        }
        drop(decoded);
        match (codec.decode)(bytes) {
            Ok(_) => Ok(()),
            Err(source) => Err(CheckpointError::OneWay {
                file: shown(),
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

/// The path of a node's target, if nothing of its upstream has to be loaded for it.
pub(super) fn early_path(
    core: &Core,
    node: usize,
    template: &Template,
) -> Result<Option<StorePath>, CheckpointError> {
    if !template
        .arguments()
        .all(|name| early_value(core, node, name).is_some())
    {
        return Ok(None);
    }
    path(core, node, template, &|name| early_value(core, node, name)).map(Some)
}

pub(super) fn path(
    core: &Core,
    node: usize,
    template: &Template,
    arguments: &dyn Fn(&str) -> Option<String>,
) -> Result<StorePath, CheckpointError> {
    let spec = &core.spec.nodes[node];
    let variables = Variables {
        logical_time: &core.info.time,
        task_name: spec.task.name,
        node: spec.name,
        flow_name: core.spec.name,
        run_id: core.info.id.as_str(),
        arguments,
    };
    Ok(render(template, &variables)?)
}

/// What is known of a result that was set by hand.
pub(super) fn given(core: &Core, node: usize) -> Kept {
    let codec = core.spec.nodes[node].task.output.codec;
    let bytes = codec.and_then(|codec| encode(core, node, codec).ok());
    let digest = bytes.map(|bytes| Digest::of(&bytes));
    Kept {
        digest,
        place: Place::Memory,
        origin: Origin::Given,
    }
}

fn encode(core: &Core, node: usize, codec: Codec) -> Result<Vec<u8>, crate::checkpoint::EncodeError> {
    let slot = core.slot(node);
    if let Some(value) = slot.kept() {
        return (codec.encode)(value);
    }
    let value = slot
        .shared()
        .expect("a body that ran has put its result in its place");
    (codec.encode)(&*value)
}

/// The parameter that an argument of a call goes to.
fn parameter(task: &'static TaskSpec, place: usize, argument: &Argument) -> Option<&'static str> {
    argument
        .name
        .or_else(|| task.parameters.get(place).map(|parameter| parameter.name))
}

/// Where an argument comes from, short, for people.
fn from(core: &Core, source: Source) -> String {
    match source {
        Source::Node(node) => core.spec.nodes[node].name.to_owned(),
        Source::Param(param) => {
            let param = &core.spec.params[param];
            (param.get)(&*core.params).map_or_else(|| param.name.to_owned(), param.text)
        }
        Source::Literal(Literal::Exact(text) | Literal::Float(text)) => text.to_owned(),
        Source::Expression { nodes, params, .. } => {
            let nodes = nodes.iter().map(|&node| core.spec.nodes[node].name);
            let names: Vec<_> = nodes
                .chain(params.iter().map(|&param| core.spec.params[param].name))
                .collect();
            if names.is_empty() {
                "an expression".to_owned()
            } else {
                format!("an expression of {}", names.join(", "))
            }
        }
    }
}

/// The value of an argument as text, where no upstream result is needed for it.
fn early_value(core: &Core, node: usize, name: &str) -> Option<String> {
    let spec = &core.spec.nodes[node];
    let mut arguments = spec.arguments.iter().enumerate();
    let (_, argument) =
        arguments.find(|(place, argument)| parameter(spec.task, *place, argument) == Some(name))?;
    let show = spec
        .task
        .parameters
        .iter()
        .find(|parameter| parameter.name == name)?
        .show;
    match argument.source {
        Source::Param(param) => {
            let value = (core.spec.params[param].get)(&*core.params)?;
            Some(show?(value)?.to_string())
        }
        Source::Literal(Literal::Exact(text)) => Some(text.to_owned()),
        Source::Literal(Literal::Float(text)) => {
            let (double, single) = (text.parse::<f64>().ok()?, text.parse::<f32>().ok()?);
            let shown = show?(&double).or_else(|| show?(&single))?;
            Some(shown.to_string())
        }
        Source::Node(_) | Source::Expression { .. } => None,
    }
}
