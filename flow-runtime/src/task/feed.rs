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

#[diagnostic::do_not_recommend]
impl<T: Clone> Feed<'_, T, Cloned> for T {
    fn feed(&self) -> T {
        self.clone()
    }
}
