//! What made a node's result: its task, and what its arguments digest to. Nothing is evaluated or loaded for it.

use core::any::Any;
use std::borrow::Cow;

use crate::checkpoint::{ArgumentDigest, Identity};
use crate::digest::{Digest, Hasher, ShortDigest};
use crate::spec::{Argument, FlowSpec, Literal, NodeSpec, ParamSpec, Source, TaskSpec};

use super::core::Core;
use super::family::Family;

/// The digests that do not change during a run; from them and those of upstream results come all others.
pub(super) struct Identities {
    /// Of each parameter of the flow.
    params: Vec<Option<Digest>>,
}

impl Identities {
    pub(super) fn new(spec: &'static FlowSpec, params: &dyn Any) -> Self {
        let digest = |param: &ParamSpec| (param.digest)((param.get)(params)?);
        Self {
            params: spec.params.iter().map(digest).collect(),
        }
    }

    /// What made the result of `node`, as far as it is known before its body runs.
    pub(super) fn of(&self, core: &Core, node: usize) -> Identity {
        let spec = core.node(node);
        let task = spec.task;
        let arguments = values(spec).map(|(place, argument)| ArgumentDigest {
            name: parameter(task, place, argument).unwrap_or("?").to_owned(),
            digest: self.digest(core, node, argument.source, false),
            from: from(core, node, argument.source),
        });
        Identity {
            task: task.identity(),
            version: task.version.to_owned(),
            output_type: (task.output.type_name)().to_owned(),
            codec: spec.codec().map_or("", |codec| codec.name).to_owned(),
            body: task.body,
            arguments: arguments.collect(),
        }
    }

    /// A digest of all arguments of `node`, as a target shows it. How an upstream ended that has no value counts as well, for a node
    /// that takes it so; what such a node made is made again all the same, for what it reads of that nobody knows.
    ///
    /// # Errors
    ///
    /// Where an argument has none: where that comes from.
    pub(super) fn args(&self, core: &Core, node: usize) -> Result<String, String> {
        let spec = core.node(node);
        let mut arguments = Vec::new();
        for (place, argument) in values(spec) {
            let digest = self.digest(core, node, argument.source, true);
            let digest = digest.ok_or_else(|| from(core, node, argument.source))?;
            arguments.push((parameter(spec.task, place, argument).unwrap_or("?"), digest));
        }
        arguments.sort_by_key(|(name, _)| *name);
        let hashed = arguments
            .iter()
            .fold(Hasher::new("arguments"), |hasher, (name, digest)| {
                hasher.part(name, digest.as_bytes())
            });
        let mut digits = hashed.digest().to_string();
        digits.truncate(SHOWN_DIGITS);
        Ok(digits)
    }

    /// A literal is digested by its tokens, for nobody knows the type that they will have: `7` and a parameter whose
    /// value is 7 have different digests, and putting one in the place of the other makes the target anew, once.
    fn digest(&self, core: &Core, child: usize, source: Source, with_ends: bool) -> Option<Digest> {
        let of_node = |node: usize| match core.families.get(node) {
            Some(family) => of_children(core, family),
            None => of_one(core, node, with_ends),
        };
        let of_item = |place: usize| of_item(core, child, place, with_ends);
        match source {
            Source::Node(node) => Some(Hasher::new("result").part("", of_node(node)?.as_bytes()).digest()),
            Source::Param(param) => self.params[param],
            Source::Item(place) => of_item(place),
            // Not among what is digested.
            Source::Resource(_) => None,
            Source::Literal(Literal::Exact(text)) => {
                Some(Hasher::new("literal").part("", text.as_bytes()).digest())
            }
            Source::Literal(Literal::Float(text)) => {
                Some(Hasher::new("float").part("", text.as_bytes()).digest())
            }
            Source::List(elements) => {
                let mut hasher = Hasher::new("list");
                for &element in elements {
                    hasher = hasher.part("", self.digest(core, child, element, with_ends)?.as_bytes());
                }
                Some(hasher.digest())
            }
            Source::Expression {
                fingerprint,
                nodes,
                params,
                items,
            } => {
                let mut hasher = Hasher::new("expression").part("tokens", fingerprint.as_bytes());
                for &node in nodes {
                    hasher = hasher.part(core.node(node).name, of_node(node)?.as_bytes());
                }
                for &param in params {
                    hasher = hasher.part(core.spec.params[param].name, self.params[param]?.as_bytes());
                }
                for &item in items {
                    hasher = hasher.part("item", of_item(item)?.as_bytes());
                }
                Some(hasher.digest())
            }
        }
    }
}

/// So many digits of the digest of all arguments stand in a path: 128 bits.
const SHOWN_DIGITS: usize = 32;

/// Of an upstream that has ended without a value, for a node that takes it so: how it ended, and what was said of that.
fn without_value(core: &Core, node: usize) -> Option<ShortDigest> {
    let state = core.state(node);
    if !state.kind.is_finished() || state.kind.has_value() {
        return None;
    }
    let ended = Hasher::new("without a value").part(state.kind.name(), state.message.as_bytes());
    Some(ended.digest().into())
}

/// Of the result of a node that has ended.
fn of_one(core: &Core, node: usize, with_ends: bool) -> Option<ShortDigest> {
    match core.detail(node)?.kept.as_ref() {
        Some(kept) => kept.digest,
        None if with_ends => without_value(core, node),
        None => None,
    }
}

/// Of the results of all children of a `for`: as of one. How those ended that have none counts too, for who reads them may be
/// told.
fn of_children(core: &Core, family: &Family) -> Option<ShortDigest> {
    let digest = || {
        let mut hasher = Hasher::new("children");
        for child in family.ids() {
            hasher = hasher.part("", of_one(core, child, true)?.as_bytes());
        }
        Some(hasher.digest().into())
    };
    family.digest_of_results(digest)
}

/// Of the item that a child is at: of what it goes through, or of what the child beside it has come to.
fn of_item(core: &Core, child: usize, place: usize, with_ends: bool) -> Option<Digest> {
    let (family, index) = core.families.child(child)?;
    let digest = family.item_digest(place, index);
    digest.or_else(|| {
        let spec = core.node(child);
        let upstream = match spec.each()?.items[place] {
            Source::Node(node) if spec.item_of(node) == Some(place) => core.above(child, node),
            _ => return None,
        };
        let digest = of_one(core, upstream, with_ends)?;
        Some(Hasher::new("result").part("", digest.as_bytes()).digest())
    })
}

/// The arguments of a node that are values, with their places in the call: what it takes as a resource makes no result another.
fn values(node: &'static NodeSpec) -> impl Iterator<Item = (usize, &'static Argument)> {
    let is_value = |(place, argument): &(usize, &'static Argument)| {
        let parameter = node.task.parameter(*place, argument);
        !parameter.is_some_and(|parameter| parameter.is_resource)
    };
    node.arguments.iter().enumerate().filter(is_value)
}

/// The parameter that an argument of a call goes to.
pub(super) fn parameter(task: &'static TaskSpec, place: usize, argument: &Argument) -> Option<&'static str> {
    argument
        .name
        .or_else(|| task.parameters.get(place).map(|parameter| parameter.name))
}

/// Where an argument comes from, short, for people.
fn from(core: &Core, child: usize, source: Source) -> String {
    match source {
        Source::Node(node) => core.node(node).name.to_owned(),
        Source::Param(param) => {
            let param = &core.spec.params[param];
            (param.get)(&*core.params).map_or_else(|| param.name.to_owned(), param.text)
        }
        Source::Item(place) => {
            let spec = core.node(child);
            let source = spec.each().map(|each| each.items[place]);
            let of = source.map_or_else(String::new, |source| from(core, child, source));
            match core.families.child(child) {
                Some((family, index)) => format!("{of}{}", family.label(index)),
                None => of,
            }
        }
        Source::Resource(resource) => core.spec.resources[resource].name.to_owned(),
        Source::Literal(Literal::Exact(text) | Literal::Float(text)) => text.to_owned(),
        Source::List(elements) => {
            let elements: Vec<String> = elements
                .iter()
                .map(|&element| from(core, child, element))
                .collect();
            format!("[{}]", elements.join(", "))
        }
        Source::Expression {
            nodes, params, items, ..
        } => {
            let nodes = nodes.iter().map(|&node| core.node(node).name);
            let mut names: Vec<Cow<'_, str>> = nodes
                .chain(params.iter().map(|&param| core.spec.params[param].name))
                .map(Cow::Borrowed)
                .collect();
            let items = items.iter().map(|&item| from(core, child, Source::Item(item)));
            names.extend(items.map(Cow::Owned));
            if names.is_empty() {
                "an expression".to_owned()
            } else {
                format!("an expression of {}", names.join(", "))
            }
        }
    }
}
