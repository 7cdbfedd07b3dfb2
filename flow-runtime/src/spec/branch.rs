use std::borrow::Cow;

use super::{NodeSpec, Source};

/// An `if` or `match`: one of several calls is made.
#[derive(Debug, Clone, Copy)]
pub struct BranchSpec {
    /// What the node is as long as no arm is chosen. Its edges are those of the conditions, and its rules those that the
    /// statement gives; its task is the first arm's, for its output.
    pub choice: NodeSpec,
    /// What the node is once this arm is chosen. Edges of the conditions are among those of every arm.
    pub arms: &'static [NodeSpec],
    /// Whether there may be none: an `if` without `else`.
    pub may_skip: bool,
}

/// What a [`NodeSpec`] is of an `if` or `match`.
#[derive(Debug, Clone, Copy)]
pub enum BranchPart {
    /// The whole: its edges are those of all arms, and its task is the first arm's.
    Whole(&'static BranchSpec),
    /// The node before an arm is chosen.
    Choice(Conditions),
    /// One arm.
    Arm(Conditions),
}

/// The conditions of an `if`, what a `match` is about and its guards: expressions.
pub type Conditions = &'static [Source];

impl NodeSpec {
    /// What makes it an `if` or `match`.
    pub const fn branch(&self) -> Option<&'static BranchSpec> {
        match self.overrides.branch {
            Some(BranchPart::Whole(branch)) => Some(branch),
            _ => None,
        }
    }

    /// What its node's conditions mention, where it is an arm or their choice.
    pub(super) const fn conditions(&self) -> Conditions {
        match self.overrides.branch {
            Some(BranchPart::Choice(conditions) | BranchPart::Arm(conditions)) => conditions,
            Some(BranchPart::Whole(_)) | None => &[],
        }
    }

    /// What the node is with this arm of an `if` or `match` chosen, or none yet; any other node is itself.
    pub(crate) fn at_arm(&'static self, arm: Option<u32>) -> &'static Self {
        let Some(branch) = self.branch() else {
            return self;
        };
        let arm = arm.and_then(|arm| branch.arms.get(usize::try_from(arm).ok()?));
        arm.unwrap_or(&branch.choice)
    }

    /// All that the node can be when it runs: the arms of an `if` or `match`, else itself.
    pub const fn arms(&self) -> &[Self] {
        match self.branch() {
            Some(branch) => branch.arms,
            None => core::slice::from_ref(self),
        }
    }

    /// The same, and what it is before.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Self> {
        let choice = self.branch().map(|branch| &branch.choice);
        choice.into_iter().chain(self.arms())
    }

    /// The names of the tasks that it may call, as people read them: `heavy | light`.
    pub fn task_names(&self) -> Cow<'static, str> {
        let Some(branch) = self.branch() else {
            return Cow::Borrowed(self.task.name);
        };
        let mut names: Vec<&str> = Vec::new();
        for arm in branch.arms {
            if !names.contains(&arm.task.name) {
                names.push(arm.task.name);
            }
        }
        Cow::Owned(names.join(" | "))
    }
}
