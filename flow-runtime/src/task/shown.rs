//! Values on their way into the path of a node's own target: whether a type has a text for it, and how it is told.
//!
//! A task knows nothing of this. Which of its arguments a node's target shows is decided where the node calls it, for
//! finding out for every parameter of every task whether it could be shown costs a tenth of the time of `cargo check`.

use core::fmt::Display;
use core::marker::PhantomData;

use crate::attempt::Attempt;
use crate::spec::Show;

/// The type of a flow's parameter, asked how a value is shown: what it has of its own, for types with `Display` only,
/// shadows what [`ShowsNothing`] gives every type.
pub struct Shows<T>(PhantomData<T>);

impl<T: Display + 'static> Shows<T> {
    /// By `Display`.
    pub const SHOW: Option<Show> = Some(|value| value.downcast_ref::<T>().map(|value| value as &dyn Display));
}

/// The answer for every type without an answer of its own.
pub trait ShowsNothing {
    /// Not at all.
    const SHOW: Option<Show> = None;
}

impl<T> ShowsNothing for Shows<T> {}

/// An argument of a node with a target of its own, which shows it or does not.
#[diagnostic::on_unimplemented(
    message = "the target of this node shows an argument of type `{Self}`, which does not implement `Display`",
    label = "cannot be part of a path",
    note = "implement `Display` for it, or take the variable out of the target"
)]
pub trait Argument<const IS_SHOWN: bool> {
    /// Tells the attempt the text of the argument at `place` of the call.
    fn tell(&self, attempt: &Attempt, place: usize);
}

#[diagnostic::do_not_recommend]
impl<T> Argument<false> for T {
    fn tell(&self, _: &Attempt, _: usize) {}
}

#[diagnostic::do_not_recommend]
impl<T: Display> Argument<true> for T {
    fn tell(&self, attempt: &Attempt, place: usize) {
        attempt.note(place, self);
    }
}

/// Where a node with a target of its own hands an argument on.
pub struct Shown<const IS_SHOWN: bool>;

impl<const IS_SHOWN: bool> Shown<IS_SHOWN> {
    /// The argument at `place` of the call.
    pub fn argument<T: Argument<IS_SHOWN>>(attempt: &Attempt, place: usize, value: T) -> T {
        value.tell(attempt, place);
        value
    }
}
