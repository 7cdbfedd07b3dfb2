//! What a run state remembers of the flow that it is one of: of the whole, and of each node that has a result.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::Change;
use super::model::{Head, ParamText};
use crate::digest::{Digest, Hasher, ShortDigest};
use crate::spec::{EdgeKind, FlowSpec, NodeSpec};

/// The fingerprint of a flow: of its parameters, and of each node's slug, task, edges, output type and template.
pub(crate) fn fingerprint(spec: &FlowSpec) -> ShortDigest {
    let mut hasher = Hasher::new("flow");
    for param in spec.params {
        hasher = hasher.part(param.name, param.type_text.as_bytes());
    }
    for node in spec.nodes {
        hasher = hasher.part("slug", node.name.as_bytes());
        if node.branch().is_some() {
            hasher = hasher.part("arms", &node.arms().len().to_le_bytes());
        }
        for arm in node.arms() {
            hasher = hasher
                .part("module", arm.task.identity_parts().0.as_bytes())
                .part("task", arm.task.function.as_bytes())
                .part("type", (arm.task.output.type_name)().as_bytes())
                .part("target", target(arm).as_bytes());
        }
        if node.each().is_some() {
            hasher = hasher.part("for", b"");
        }
        for edge in node.edges {
            let kind: &[u8] = match edge.kind {
                EdgeKind::Data => b"data",
                EdgeKind::Order => b"order",
                EdgeKind::Each => b"each",
            };
            hasher = hasher.part(spec.nodes[edge.node].name, kind);
        }
    }
    hasher.digest().into()
}

/// The same, made once for each flow: of a large one it takes a while, and is asked for again and again.
pub(crate) fn fingerprint_of(spec: &'static FlowSpec) -> ShortDigest {
    // By its address, which belongs to no other as long as the process lives.
    static MADE: Mutex<BTreeMap<usize, ShortDigest>> = Mutex::new(BTreeMap::new());
    let address = core::ptr::from_ref(spec).addr();
    let made = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made().get(&address) {
        return *known;
    }
    let new = fingerprint(spec);
    made().insert(address, new);
    new
}

impl Head {
    /// What identifies the run: its flow, its parameters and the logical time that was asked for.
    pub(crate) fn identity(&self) -> ShortDigest {
        let mut hasher = Hasher::new("run")
            .part("flow", self.flow.as_bytes())
            .part("time", self.asked.as_bytes());
        for param in &self.params {
            hasher = match &param.value {
                // Not its text, which has the entries of a map in the order that serde_json is built with.
                ParamText::Json(value) => match Digest::of_value(value) {
                    Ok(digest) => hasher.part(&param.name, digest.as_bytes()),
                    Err(_) => hasher.part(&param.name, value.to_string().as_bytes()),
                },
                ParamText::Packed(bytes) => hasher.part(&param.name, bytes),
            };
        }
        hasher.digest().into()
    }
}

fn target(node: &NodeSpec) -> &'static str {
    node.target().map_or("", |target| target.source)
}

/// Three bytes of a checksum for each of what a result is made by: enough to notice a change, and to say what changed.
///
/// A checksum and no digest: there is one for every result, and nobody gains by making two alike.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature([u8; 12]);

/// The parts, in their order in a [`Signature`].
const PARTS: [Change; 4] = [Change::Task, Change::OutputType, Change::Edges, Change::Target];

impl Signature {
    /// What makes the result of this node.
    pub(crate) fn of(spec: &FlowSpec, node: &NodeSpec) -> Self {
        let mut bytes = [0; 12];
        for (part, bytes) in PARTS.into_iter().zip(bytes.chunks_exact_mut(3)) {
            let sum = match part {
                Change::Task => task(node),
                Change::OutputType => output_type(node),
                Change::Edges => edges(spec, node),
                Change::Target => targets(node),
            };
            bytes.copy_from_slice(&sum.to_le_bytes()[..3]);
        }
        Self(bytes)
    }

    /// The first part that is another one.
    pub(crate) fn change(self, now: Self) -> Option<Change> {
        let mut parts = PARTS.into_iter().zip(self.0.chunks(3).zip(now.0.chunks(3)));
        parts.find(|(_, (then, now))| then != now).map(|(part, _)| part)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }

    /// From its text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        BASE64.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// Of the task's name with its module; of an `if` or `match` those of all arms.
fn task(node: &NodeSpec) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for (place, arm) in node.arms().iter().enumerate() {
        let (module, function) = arm.task.identity_parts();
        if place > 0 {
            hasher.update(b"|");
        }
        hasher.update(module.as_bytes());
        hasher.update(b"::");
        hasher.update(function.as_bytes());
    }
    hasher.finalize()
}

/// Of where its result is written; of an `if` or `match` that of each arm.
fn targets(node: &NodeSpec) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for (place, arm) in node.arms().iter().enumerate() {
        if place > 0 {
            hasher.update(b"|");
        }
        hasher.update(target(arm).as_bytes());
    }
    hasher.finalize()
}

/// Of the output's type; of a `for` there are many.
fn output_type(node: &NodeSpec) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update((node.task.output.type_name)().as_bytes());
    if node.each().is_some() {
        hasher.update(b"[]");
    }
    hasher.finalize()
}

/// Of the nodes whose results it takes, whatever their order in the call.
fn edges(spec: &FlowSpec, node: &NodeSpec) -> u32 {
    let data = node.edges.iter().filter(|edge| edge.kind != EdgeKind::Order);
    let mut names: Vec<&str> = data.map(|edge| spec.nodes[edge.node].name).collect();
    names.sort_unstable();
    let mut hasher = crc32fast::Hasher::new();
    for name in names {
        hasher.update(name.as_bytes());
        hasher.update(b"/");
    }
    hasher.finalize()
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}
