//! What a node's rules let its data edges be: a rule under which the node may run without a value makes the edge
//! something that can hold none.

use core::marker::PhantomData;

use super::outcome::Outcome;
use super::wire::{Certain, MayBeSkipped, MayHaveFailed, Upstream, Wire};

/// A rule that decides when a node runs, as a type.
pub trait Guard {
    /// What the rule means for a data edge.
    type Edge;
}

/// The node runs only with a value on every data edge.
pub struct Strict;
/// The node may run though an upstream was skipped.
pub struct Lenient;
/// The node may run whatever became of its upstream.
pub struct Open;

macro_rules! guards {
    ($($(#[$docs:meta])* $name:ident is $edge:ident;)*) => {$(
        $(#[$docs])*
        pub struct $name;

        impl Guard for $name {
            type Edge = $edge;
        }
    )*};
}

guards! {
    /// The trigger `all_successful`.
    AllSuccessful is Strict;
    /// The trigger `not_all_skipped`.
    NotAllSkipped is Strict;
    /// The trigger `all_failed`.
    AllFailed is Open;
    /// The trigger `any_successful`.
    AnySuccessful is Open;
    /// The trigger `any_failed`.
    AnyFailed is Open;
    /// The trigger `all_finished`.
    AllFinished is Open;
    /// A trigger of the author's own.
    CustomTrigger is Open;
    /// A node whose upstream was skipped is skipped.
    SkipOnUpstreamSkip is Strict;
    /// A skipped upstream counts as a success.
    RunOnUpstreamSkip is Lenient;
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

/// What stands for an upstream's result under both rules of a node.
pub trait Edge {
    /// In an expression: `&T`, `Option<&T>` where it may be skipped, `Outcome<&T>` where it may have failed.
    type Bound<'run, T: 'static>;
    /// On its way to a parameter: whether it has a value.
    type Kind;

    /// As an expression sees it.
    fn bind<T: 'static>(upstream: Upstream<'_>) -> Self::Bound<'_, T>;
    /// For a parameter.
    fn wire<T: 'static>(upstream: Upstream<'_>) -> Wire<'_, T, Self::Kind> {
        Wire::of_node(upstream)
    }
}

impl<Trigger: Guard, Skip: Guard> Edge for Guards<Trigger, Skip>
where
    (Trigger::Edge, Skip::Edge): Edge,
{
    type Bound<'run, T: 'static> = <(Trigger::Edge, Skip::Edge) as Edge>::Bound<'run, T>;
    type Kind = <(Trigger::Edge, Skip::Edge) as Edge>::Kind;

    fn bind<T: 'static>(upstream: Upstream<'_>) -> Self::Bound<'_, T> {
        <(Trigger::Edge, Skip::Edge)>::bind(upstream)
    }
}

impl Edge for (Strict, Strict) {
    type Bound<'run, T: 'static> = &'run T;
    type Kind = Certain;

    fn bind<T: 'static>(upstream: Upstream<'_>) -> &T {
        upstream
            .value()
            .expect("a node starts with the results of its upstream")
    }
}

impl Edge for (Strict, Lenient) {
    type Bound<'run, T: 'static> = Option<&'run T>;
    type Kind = MayBeSkipped;

    fn bind<T: 'static>(upstream: Upstream<'_>) -> Option<&T> {
        upstream.value()
    }
}

impl<Skip> Edge for (Open, Skip) {
    type Bound<'run, T: 'static> = Outcome<&'run T>;
    type Kind = MayHaveFailed;

    fn bind<T: 'static>(upstream: Upstream<'_>) -> Outcome<&T> {
        upstream.outcome()
    }
}
