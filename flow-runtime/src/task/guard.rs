//! What a node's rules let its data edges be: a rule under which the node may run without a value makes the edge
//! something that can hold none.

use core::marker::PhantomData;

/// A rule that decides when a node runs, as a type.
pub trait Guard {
    /// What the rule means for a data edge.
    type Edge;
}

/// The node runs only with a value on every data edge: in an expression the upstream's result is `&T`.
pub struct Strict;

/// The trigger `all_successful`: every upstream has succeeded.
pub struct AllSuccessful;

impl Guard for AllSuccessful {
    type Edge = Strict;
}

/// A node whose upstream was skipped is skipped.
pub struct SkipOnUpstreamSkip;

impl Guard for SkipOnUpstreamSkip {
    type Edge = Strict;
}

/// Both rules of a node, as a value.
pub struct Guards<Trigger, Skip>(PhantomData<(Trigger, Skip)>);

impl<Trigger, Skip> Guards<Trigger, Skip> {
    /// The value.
    #[allow(clippy::new_without_default, reason = "the macros write it in a constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// What stands for an upstream's result in a node's expressions under both rules.
pub trait Edge {
    /// `&T` under strict rules.
    type Bound<'run, T: 'run>;

    /// The bound value.
    fn bind<'run, T: 'run>(value: &'run T) -> Self::Bound<'run, T>;
}

impl<Trigger, Skip> Edge for Guards<Trigger, Skip>
where
    Trigger: Guard<Edge = Strict>,
    Skip: Guard<Edge = Strict>,
{
    type Bound<'run, T: 'run> = &'run T;

    fn bind<'run, T: 'run>(value: &'run T) -> &'run T {
        value
    }
}
