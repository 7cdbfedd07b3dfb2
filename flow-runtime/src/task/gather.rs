//! How a list of bare names becomes the argument that a task takes: `combine(parts: [a, b, c])`.

use super::outcome::Outcome;
use super::tolerant::Tolerant;
use crate::plan::Tolerance;

/// `Self` takes a list of `N` names: a `Vec`, a slice, or an array of as many. Each element is fed by itself, as a bare name is.
#[diagnostic::on_unimplemented(
    message = "the task takes `{Self}`, and this is a list of {N} names",
    label = "a list is taken by `Vec<T>`, `&[&T]` and `[T; {N}]`",
    note = "an element is `&T`, `Option<&T>`, `Outcome<&T>`, or `T` where it can be cloned; write an expression for anything else"
)]
pub trait Gather<'list, T, const N: usize>: Sized {
    /// The argument; what it borrows stays in `place`.
    fn gather(items: [T; N], place: &'list mut Gathered<T, N>) -> Self;
}

/// Where the elements of a list stand while a task borrows them.
pub struct Gathered<T, const N: usize>(Option<[T; N]>);

impl<T, const N: usize> Gathered<T, N> {
    /// Nothing yet.
    #[allow(clippy::new_without_default, reason = "the macros alone make one")]
    pub const fn new() -> Self {
        Self(None)
    }
}

/// The elements as the parameter takes them.
pub fn gather<'list, Parameter: Gather<'list, T, N>, T, const N: usize>(
    items: [T; N],
    place: &'list mut Gathered<T, N>,
) -> Parameter {
    Parameter::gather(items, place)
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> Gather<'_, T, N> for Vec<T> {
    fn gather(items: [T; N], _: &mut Gathered<T, N>) -> Self {
        items.into()
    }
}

#[diagnostic::do_not_recommend]
impl<'list, T, const N: usize> Gather<'list, T, N> for &'list [T] {
    fn gather(items: [T; N], place: &'list mut Gathered<T, N>) -> Self {
        place.0.insert(items)
    }
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> Gather<'_, T, N> for [T; N] {
    fn gather(items: [T; N], _: &mut Gathered<T, N>) -> Self {
        items
    }
}

macro_rules! tolerates {
    ($($element:ty => $tolerance:ident;)*) => {$(
        impl<T: ?Sized> Tolerant<Vec<$element>> {
            /// What each of its elements does.
            pub const TOLERANCE: Tolerance = Tolerance::$tolerance;
        }

        impl<T: ?Sized> Tolerant<&[$element]> {
            /// What each of its elements does.
            pub const TOLERANCE: Tolerance = Tolerance::$tolerance;
        }

        impl<T: ?Sized, const N: usize> Tolerant<[$element; N]> {
            /// What each of its elements does.
            pub const TOLERANCE: Tolerance = Tolerance::$tolerance;
        }
    )*};
}

tolerates! {
    Option<&T> => Skip;
    Outcome<&T> => Failure;
}
