//! How the result of a node, or a parameter of a flow, becomes the argument that a task takes.

use super::outcome::Outcome;
use super::wire::{Certain, MayBeSkipped, MayHaveFailed, Wire};

/// `Self`, named bare in a call, can be handed to a parameter of type `Parameter`.
///
/// `&T` borrows (`&str` from `String`, `&[T]` from `Vec<T>`), `T` clones, `Option` of a reference is `None` where the
/// upstream was skipped, [`Outcome`] of one takes whatever became of it. `Form` tells the implementations apart; it is
/// inferred.
#[diagnostic::on_unimplemented(
    message = "expected `{Parameter}`, found `{Self}`",
    label = "this is `{Self}`, the task takes `{Parameter}`",
    note = "a bare name is borrowed for `&T`, `&str` and `&[T]`, also in `Option` and `Outcome`, and cloned for `T: Clone`; write an expression for anything else"
)]
pub trait Feed<'run, Parameter, Form>: Sized {
    /// The argument.
    fn feed(wire: Wire<'run, Self>) -> Parameter;
}

/// `&T` from `T`, and `Option<&T>` and `Outcome<&T>` with it.
pub struct Borrowed;
/// `&str` from `String`, likewise.
pub struct BorrowedStr;
/// `&[T]` from `Vec<T>`, likewise.
pub struct BorrowedSlice;
/// `T` from `T: Clone`.
pub struct Cloned;
/// In an `Option`, of this form.
pub struct Optional<Form>(Form);
/// In an `Outcome`, of this form.
pub struct Told<Form>(Form);
/// No argument at all; see its implementation.
pub struct Unused;

macro_rules! borrows {
    ($form:ident: [$($generic:ident)?] $from:ty => $to:ty) => {
        #[diagnostic::do_not_recommend]
        impl<'run, $($generic)?> Feed<'run, &'run $to, $form> for $from {
            fn feed(wire: Wire<'run, Self>) -> &'run $to {
                wire.value()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'run, $($generic)?> Feed<'run, Option<&'run $to>, Optional<$form>> for $from {
            fn feed(wire: Wire<'run, Self>) -> Option<&'run $to> {
                let value = wire.optional()?;
                Some(value)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'run, $($generic: 'static)?> Feed<'run, Outcome<&'run $to>, Told<$form>> for $from {
            fn feed(wire: Wire<'run, Self>) -> Outcome<&'run $to> {
                wire.outcome().map(|value| value as &$to)
            }
        }
    };
}

borrows!(Borrowed: [T] T => T);
borrows!(BorrowedStr: [] String => str);
borrows!(BorrowedSlice: [T] Vec<T> => [T]);

// Recommended, unlike the others: that a type is not `Clone` is said by `Clones`.
impl<'run, T> Feed<'run, T, Cloned> for T
where
    Cloned: Clones<T>,
{
    fn feed(wire: Wire<'run, Self>) -> T {
        Cloned::clone_of(wire.value())
    }
}

/// Never chosen. With it no type has but one implementation, by which rustc would settle the type of the argument
/// before it looks at the parameter, and then blame a type that nobody wrote.
#[diagnostic::do_not_recommend]
impl<'run, T> Feed<'run, Unused, Unused> for T {
    fn feed(_: Wire<'run, Self>) -> Unused {
        Unused
    }
}

/// `T` can be handed over by value. A trait of [`Cloned`] and not of `T`, for rustc to say this and not what [`Feed`]
/// says of the same type.
#[diagnostic::on_unimplemented(
    message = "the task takes `{T}` by value, and `{T}` is not `Clone`",
    label = "cannot be cloned for the task",
    note = "take `&{T}` in the task, or derive `Clone`: other nodes may read the same value"
)]
pub trait Clones<T> {
    /// A copy of `value`.
    fn clone_of(value: &T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Clones<T> for Cloned {
    fn clone_of(value: &T) -> T {
        value.clone()
    }
}

/// With an upstream of this kind a parameter of type `Parameter` can do though it was skipped, by the form in which it
/// takes it: an `Option` that is the upstream's own output, cloned, cannot.
#[diagnostic::on_unimplemented(
    message = "the node may run without the `{T}` of this upstream, and the task takes `{Parameter}`",
    label = "may have been skipped",
    note = "with `skip_on_upstream_skip = false` the node runs though an upstream was skipped",
    note = "take `Option<&T>` in the task (`Option<&str>`, `Option<&[T]>`), or leave `skip_on_upstream_skip = false` out"
)]
pub trait BearsSkip<T, Parameter, Form> {}

/// With an upstream of this kind a parameter of type `Parameter` can do though it failed, likewise.
#[diagnostic::on_unimplemented(
    message = "the node may run without the `{T}` of this upstream, and the task takes `{Parameter}`",
    label = "may have failed",
    note = "with this trigger the node runs though an upstream failed, was cancelled or skipped",
    note = "take `Outcome<&T>` in the task (`Outcome<&str>`, `Outcome<&[T]>`), or use the trigger `all_successful` or `not_all_skipped`"
)]
pub trait BearsFailure<T, Parameter, Form> {}

macro_rules! bears {
    ($($kind:ident $trait:ident $form:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T, Parameter, Form> $trait<T, Parameter, $form> for $kind {}
    )*};
}

bears! {
    Certain BearsSkip Form;
    Certain BearsFailure Form;
    MayBeSkipped BearsSkip Optional<Form>;
    MayBeSkipped BearsSkip Told<Form>;
    MayBeSkipped BearsFailure Form;
    MayHaveFailed BearsSkip Form;
    MayHaveFailed BearsFailure Told<Form>;
}

/// Never chosen, as that of [`Feed`].
#[diagnostic::do_not_recommend]
impl<T, Parameter> BearsFailure<T, Parameter, Unused> for MayHaveFailed {}
