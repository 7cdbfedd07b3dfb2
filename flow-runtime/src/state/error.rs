//! [`StateError`]: why a run state cannot be read, or why a flow cannot go on from it, and what helps.

use core::fmt;

use super::slug::InvalidSlug;
use crate::store::InvalidPath;

/// Why a run state cannot be read, written, or gone on from. Nothing ran, and the state is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It is longer than it may be.
    #[error("the run state has {size} bytes, more than the {limit} that it may have")]
    TooLarge {
        /// How long it is.
        size: usize,
        /// How long it may be.
        limit: usize,
    },
    /// It is no JSON, or nests too deep.
    #[error("the run state is no JSON")]
    Json(#[source] serde_json::Error),
    /// It is JSON of another shape.
    #[error("the run state has another shape: {what}")]
    Shape {
        /// What was expected and what was found, and where.
        what: String,
    },
    /// A newer flow wrote it.
    #[error("the run state has version {found}, and this program reads up to {known}")]
    Newer {
        /// Its version.
        found: String,
        /// The newest version that is read.
        known: String,
    },
    /// A node's name is none.
    #[error("a node of the run state has a name that is none")]
    Slug(#[source] InvalidSlug),
    /// A state's type is none.
    #[error("node `{slug}` of the run state has the type `{found}`, which is no state")]
    UnknownState {
        /// The node.
        slug: String,
        /// The type as it stands there.
        found: String,
    },
    /// It is the state of another flow.
    #[error("the run state is one of flow `{recorded}`, and this is flow `{flow}`")]
    OtherFlow {
        /// This flow.
        flow: String,
        /// The flow of the state.
        recorded: String,
    },
    /// The flow does not have a node of the state.
    #[error("flow `{flow}` has no node `{slug}`, which the run state has{}", meant(*.near))]
    UnknownNode {
        /// The flow.
        flow: String,
        /// The node in the state.
        slug: String,
        /// A node of the flow that may be meant.
        near: Option<&'static str>,
    },
    /// A node of the state may be several of the flow's.
    #[error("`{slug}` in the run state may be any of the nodes {} of flow `{flow}`", list(.nodes))]
    AmbiguousNode {
        /// The flow.
        flow: String,
        /// The node in the state.
        slug: String,
        /// The nodes that it may be.
        nodes: Vec<&'static str>,
    },
    /// Two entries of the state are one node of the flow.
    #[error("the run state has node `{node}` of flow `{flow}` twice")]
    TwiceTheSameNode {
        /// The flow.
        flow: String,
        /// The node.
        node: &'static str,
    },
    /// A node that has a result is made otherwise now.
    #[error("node `{node}` of flow `{flow}` has a result in the run state, but {change} another now")]
    Changed {
        /// The flow.
        flow: String,
        /// The node.
        node: &'static str,
        /// What has changed.
        change: Change,
    },
    /// The result of a node is another one than the state says.
    #[error(
        "the result of node `{node}` of flow `{flow}` in the run state is not the one whose digest stands beside it"
    )]
    Garbled {
        /// The flow.
        flow: String,
        /// The node.
        node: &'static str,
    },
    /// The flow has a parameter without default that the state does not have.
    #[error("the run state has no value for the parameter `{param}` of flow `{flow}`")]
    MissingParameter {
        /// The flow.
        flow: String,
        /// The parameter.
        param: &'static str,
    },
    /// The state has a parameter that the flow does not have.
    #[error("flow `{flow}` has no parameter `{param}`, which the run state has")]
    UnknownParameter {
        /// The flow.
        flow: String,
        /// The parameter.
        param: String,
    },
    /// The value of a parameter is none of its type.
    #[error("the run state's value of the parameter `{param}` of flow `{flow}` is no `{type_text}`: {why}")]
    Parameter {
        /// The flow.
        flow: String,
        /// The parameter.
        param: &'static str,
        /// Its type, as the author wrote it.
        type_text: &'static str,
        /// Why not.
        why: String,
    },
    /// A value of a parameter cannot be written.
    #[error("the value of the parameter `{param}` of flow `{flow}` cannot be written: {why}")]
    UnwritableParameter {
        /// The flow.
        flow: String,
        /// The parameter.
        param: &'static str,
        /// Why not.
        why: String,
    },
    /// The place of a result is none in the store.
    #[error("the result of node `{slug}` cannot lie where the run state says")]
    Location {
        /// The node.
        slug: String,
        /// What is wrong with the place.
        #[source]
        source: InvalidPath,
    },
    /// The state holds small results, too many for its limit, and there is no store to put them in.
    #[error(
        "the run state would have {size} bytes, more than the {limit} that it may have, and its results cannot leave it"
    )]
    NoRoom {
        /// How long it would be.
        size: usize,
        /// How long it may be.
        limit: usize,
    },
}

/// What about a node is another than when its result was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The task that it calls.
    Task,
    /// The type of its output.
    OutputType,
    /// The nodes whose results it takes.
    Edges,
    /// Where its result is written.
    Target,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Task => "its task is",
            Self::OutputType => "its output type is",
            Self::Edges => "the nodes whose results it takes are",
            Self::Target => "its target is",
        })
    }
}

impl StateError {
    /// What to do now, as a clause that can follow `to go on: `.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => {
                "raise the limit (`--state-limit`, `Runner::state_limit`), or look who made such a state"
            }
            Self::Json(_) | Self::Shape { .. } | Self::Slug(_) => {
                "give the whole state as it was published, or none to start a new run"
            }
            Self::Newer { .. } => "build this program with a newer flow",
            Self::UnknownState { .. } => "write one of Prefect's states, as `Pending` or `Success`",
            Self::OtherFlow { .. } => "name the flow of the state",
            Self::UnknownNode { .. } | Self::Changed { .. } => {
                "go on with the program that wrote the state, or start a new run: results in targets are found again"
            }
            Self::Garbled { .. } => {
                "give the state as it was published, or leave the result out: its node runs again"
            }
            Self::AmbiguousNode { .. } => "write the node's own name as its slug",
            Self::TwiceTheSameNode { .. } => "keep one of both",
            Self::MissingParameter { .. } => {
                "give the parameter a default, go on with the program that wrote the state, or start a new run"
            }
            Self::UnknownParameter { .. } | Self::Parameter { .. } => {
                "go on with the program that wrote the state, or start a new run"
            }
            Self::UnwritableParameter { .. } => "make `Serialize` and `Deserialize` of its type agree",
            Self::Location { .. } => "only places in the store are read; give the state as it was published",
            Self::NoRoom { .. } => "run with a store, raise the limit, or give tasks targets",
        }
    }
}

fn meant(near: Option<&'static str>) -> String {
    near.map_or_else(String::new, |near| format!("; it has `{near}`"))
}

fn list(nodes: &[&str]) -> String {
    let nodes: Vec<String> = nodes.iter().map(|node| format!("`{node}`")).collect();
    nodes.join(", ")
}
