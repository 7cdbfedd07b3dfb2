//! What a bare name hands to a parameter: an upstream that has a value, or one that may have none.

use core::marker::PhantomData;

use crate::attempt::Attempt;

use super::outcome::Outcome;

/// An upstream of the node that an attempt runs.
#[derive(Clone, Copy)]
pub struct Upstream<'run> {
    attempt: &'run Attempt,
    node: usize,
}

impl<'run> Upstream<'run> {
    pub(crate) fn new(attempt: &'run Attempt, node: usize) -> Self {
        Self { attempt, node }
    }

    /// Its result, if it has one.
    pub(crate) fn value<T: 'static>(self) -> Option<&'run T> {
        self.attempt.value(self.node)
    }

    /// What became of it.
    pub(crate) fn outcome<T: 'static>(self) -> Outcome<&'run T> {
        match self.value() {
            Some(value) => Outcome::Success(value),
            None => self.attempt.without_value(self.node),
        }
    }
}

/// What a bare name stands for: a flow's parameter, or an upstream. `Kind` says whether there is a value for certain.
pub struct Wire<'run, T, Kind = Certain> {
    value: Option<&'run T>,
    upstream: Option<Upstream<'run>>,
    kind: PhantomData<Kind>,
}

// Not derived: a copy of what is named here needs no copy of the value.
impl<T, Kind> Clone for Wire<'_, T, Kind> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, Kind> Copy for Wire<'_, T, Kind> {}

impl<'run, T> Wire<'run, T> {
    /// An item of a `for`.
    pub const fn of_item(value: &'run T) -> Self {
        Self::of_parameter(value)
    }

    /// A flow's parameter.
    pub const fn of_parameter(value: &'run T) -> Self {
        Self {
            value: Some(value),
            upstream: None,
            kind: PhantomData,
        }
    }
}

impl<'run, T, Kind> Wire<'run, T, Kind> {
    pub(super) fn of_node(upstream: Upstream<'run>) -> Self
    where
        T: 'static,
    {
        Self {
            value: upstream.value(),
            upstream: Some(upstream),
            kind: PhantomData,
        }
    }

    /// For a parameter that does with an upstream of this kind.
    pub fn fitting(self) -> Wire<'run, T> {
        Wire {
            value: self.value,
            upstream: self.upstream,
            kind: PhantomData,
        }
    }
}

impl<'run, T> Wire<'run, T> {
    pub(super) fn value(&self) -> &'run T {
        self.value
            .expect("a node starts with the results of its upstream")
    }

    pub(super) fn optional(&self) -> Option<&'run T> {
        self.value
    }

    pub(super) fn outcome(&self) -> Outcome<&'run T>
    where
        T: 'static,
    {
        match (self.value, self.upstream) {
            (Some(value), _) => Outcome::Success(value),
            (None, Some(upstream)) => upstream.outcome(),
            (None, None) => unreachable!("a parameter has a value"),
        }
    }
}

/// There is a value.
pub struct Certain;
/// The upstream may have been skipped, under the rules of the node that takes it.
pub struct MayBeSkipped;
/// The upstream may have failed, under the rules of the node that takes it.
pub struct MayHaveFailed;
