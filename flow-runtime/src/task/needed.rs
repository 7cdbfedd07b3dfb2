//! What an expression that needs an upstream's value asks of the rules of its node: that it does not run without.

use super::wire::{Certain, MayBeSkipped, MayHaveFailed};

/// With an upstream of this kind there is a `T` though an upstream was skipped.
#[diagnostic::on_unimplemented(
    message = "the node may run without the `{T}` of this upstream, and the expression needs it",
    label = "may have been skipped: this is an `Option<&{T}>`",
    note = "with `skip_on_upstream_skip = false` the node runs though an upstream was skipped",
    note = "say what stands for a missing value, as `name.map_or(0, |value| ..)`, or pass the bare name to a task that takes `Option<&T>`, or leave `skip_on_upstream_skip = false` out"
)]
pub trait ThereDespiteSkip<T> {}

/// With an upstream of this kind there is a `T` though an upstream failed.
#[diagnostic::on_unimplemented(
    message = "the node may run without the `{T}` of this upstream, and the expression needs it",
    label = "may have failed: this is an `Outcome<&{T}>`",
    note = "with this trigger the node runs though an upstream failed, was cancelled or skipped",
    note = "say what stands for a missing value, as `name.success().map_or(0, |value| ..)`, or pass the bare name to a task that takes `Outcome<&T>`, or use the trigger `all_successful` or `not_all_skipped`"
)]
pub trait ThereDespiteFailure<T> {}

macro_rules! there {
    ($($kind:ident $trait:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T> $trait<T> for $kind {}
    )*};
}

// Each kind is refused by the one that explains it.
there! {
    Certain ThereDespiteSkip;
    Certain ThereDespiteFailure;
    MayBeSkipped ThereDespiteFailure;
    MayHaveFailed ThereDespiteSkip;
}
