//! How the result of a node, or a parameter of a flow, becomes the argument that a task takes.

/// `Self`, named bare in a call, can be handed to a parameter of type `Parameter`.
///
/// `&T` borrows (`&str` from `String`, `&[T]` from `Vec<T>`), `T` clones. `Form` tells the implementations apart; it
/// is inferred.
#[diagnostic::on_unimplemented(
    message = "expected `{Parameter}`, found `{Self}`",
    label = "this is `{Self}`, the task takes `{Parameter}`",
    note = "a bare name is borrowed for `&T`, `&str` and `&[T]`, and cloned for `T: Clone`; write an expression for anything else"
)]
pub trait Feed<'run, Parameter, Form> {
    /// The argument.
    fn feed(&'run self) -> Parameter;
}

/// `&T` from `T`.
pub struct Borrowed;
/// `&str` from `String`.
pub struct BorrowedStr;
/// `&[T]` from `Vec<T>`.
pub struct BorrowedSlice;
/// `T` from `T: Clone`.
pub struct Cloned;
/// No argument at all; see its implementation.
pub struct Unused;

#[diagnostic::do_not_recommend]
impl<'run, T> Feed<'run, &'run T, Borrowed> for T {
    fn feed(&'run self) -> &'run T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'run> Feed<'run, &'run str, BorrowedStr> for String {
    fn feed(&'run self) -> &'run str {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<'run, T> Feed<'run, &'run [T], BorrowedSlice> for Vec<T> {
    fn feed(&'run self) -> &'run [T] {
        self
    }
}

// Recommended, unlike the others: that a type is not `Clone` is said by `Clones`.
impl<T> Feed<'_, T, Cloned> for T
where
    Cloned: Clones<T>,
{
    fn feed(&self) -> T {
        Cloned::clone_of(self)
    }
}

/// Never chosen. With it no type has but one implementation, by which rustc would settle the type of the argument
/// before it looks at the parameter, and then blame a type that nobody wrote.
#[diagnostic::do_not_recommend]
impl<T> Feed<'_, Unused, Unused> for T {
    fn feed(&self) -> Unused {
        Unused
    }
}

/// Never chosen either: with them two implementations name `String`, and two `Vec<T>`, so rustc does not tell of the
/// only one as if it were the way out.
pub struct NeverChosen;

#[diagnostic::do_not_recommend]
impl Feed<'_, Unused, NeverChosen> for String {
    fn feed(&self) -> Unused {
        Unused
    }
}

#[diagnostic::do_not_recommend]
impl<T> Feed<'_, Unused, NeverChosen> for Vec<T> {
    fn feed(&self) -> Unused {
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
