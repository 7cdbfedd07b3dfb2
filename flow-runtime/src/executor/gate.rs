//! Draft: what the checkpoint layer does around an attempt.

use core::any::Any;
use std::path::Path;

use crate::attempt::Attempt;
use crate::checkpoint::{CheckpointError, Reuse};
use crate::error::StartError;
use crate::slot::Held;
use crate::spec::FlowSpec;
use crate::task::{BoxError, Task};

use super::core::{Core, Info};

#[derive(Debug)]
pub(crate) struct Gate;
#[derive(Debug, Default)]
pub(crate) struct Kept;
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct GateError(pub(crate) CheckpointError);
pub(crate) struct Keeper;

#[derive(Debug, Clone, Default)]
pub(crate) enum Force {
    #[default]
    None,
    Nodes(Vec<String>),
    All,
}

impl Force {
    pub(crate) fn add(&mut self, nodes: impl Iterator<Item = String>) {
        match self {
            Self::All => {}
            Self::None => *self = Self::Nodes(nodes.collect()),
            Self::Nodes(forced) => forced.extend(nodes),
        }
    }

    pub(crate) fn check(&self, flow: &'static FlowSpec) -> Result<(), StartError> {
        let Self::Nodes(names) = self else { return Ok(()) };
        match names.iter().find(|name| flow.node(name).is_none()) {
            Some(name) => Err(StartError::UnknownNode {
                flow: flow.name,
                node: name.clone(),
                hint: None,
            }),
            None => Ok(()),
        }
    }
}

impl Keeper {
    pub(crate) fn new(_: &'static FlowSpec, _: &Path, _: &Info, _: Force, _: &dyn Any) -> Self {
        Self
    }
    pub(crate) fn root(&self) -> String {
        String::new()
    }
    pub(crate) fn given(&self, _: &Core, _: usize, _: &dyn Any) -> Option<Kept> {
        None
    }
}

impl Kept {
    pub(crate) fn message(&self) -> String {
        String::new()
    }
    pub(crate) fn location(&self, _: &Core) -> Option<String> {
        None
    }
    pub(crate) fn reuse(&self) -> Option<&Reuse> {
        None
    }
    pub(crate) fn replaced(&self) -> Option<&str> {
        None
    }
}

impl Gate {
    pub(crate) async fn before(_: &Attempt) -> Result<Option<Kept>, CheckpointError> {
        Ok(None)
    }
    pub(crate) fn target<T: Task>(_: &Attempt, _: &T) -> Result<Option<crate::store::StorePath>, BoxError> {
        Ok(None)
    }
    pub(crate) async fn look(_: &Attempt, _: crate::store::StorePath) -> Result<bool, BoxError> {
        Ok(false)
    }
    pub(crate) async fn after(_: &Attempt, _: bool) -> Result<Option<Kept>, CheckpointError> {
        Ok(None)
    }
}

pub(crate) async fn load(_: &Core, _: usize) -> Result<Held, CheckpointError> {
    Err(CheckpointError::Missing { file: String::new() })
}
