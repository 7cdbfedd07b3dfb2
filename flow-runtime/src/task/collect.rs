//! How the results of a `for` become the argument that a task takes.

use super::outcome::Outcome;
use super::tolerant::Tolerant;
use crate::mapped::{All, Each};
use crate::task::Shared;

/// `Self` takes the results of a `for`, each a `T`.
#[diagnostic::on_unimplemented(
    message = "the task takes `{Self}`, and this is a `for` whose results are `{T}`",
    label = "one `{T}` for each item",
    note = "all results are taken as `&[&{T}]`, as `&[{T}]` where they can be cloned, whatever became of each as `&[Outcome<&{T}>]`, one at a time as `Each<{T}>`; write `{T}` for what a `for` over these results takes"
)]
pub trait Collect<'place, 'run, T, Form>: Sized {
    /// What stands in `place` while a task borrows it.
    type Place: Default;

    /// The argument.
    fn collect(all: All<'run, T>, place: &'place mut Self::Place) -> Self;
}

/// `Self` takes the results of a `for` some of whose children may have failed.
#[diagnostic::on_unimplemented(
    message = "the task takes `{Self}`, and some children of this `for` may have failed: it has `tolerate`",
    label = "may have fewer results than items",
    note = "take `&[Outcome<&{T}>]`, which says what became of each, or `Each<{T}>`, which gives the results that there are"
)]
pub trait CollectSome<'place, 'run, T, Form>: Collect<'place, 'run, T, Form> {}

/// A list of references.
pub struct References;
/// A list of copies.
pub struct Copies;
/// A list of outcomes.
pub struct Outcomes;
/// One at a time.
pub struct OneByOne;

macro_rules! collects {
    ($([$($bound:tt)*] $(#[$hint:meta])? $form:ident: $item:ty, $all:ident => $list:expr;)*) => {$(
        $(#[$hint])?
        impl<'place, 'run, T: 'static> Collect<'place, 'run, T, $form> for &'place [$item]
        where
            $($bound)*
        {
            type Place = Vec<$item>;

            fn collect($all: All<'run, T>, place: &'place mut Vec<$item>) -> Self {
                *place = $list;
                place
            }
        }

        $(#[$hint])?
        impl<'place, 'run, T: 'static> Collect<'place, 'run, T, $form> for Vec<$item>
        where
            $($bound)*
        {
            type Place = ();

            fn collect($all: All<'run, T>, _: &'place mut ()) -> Self {
                $list
            }
        }
    )*};
}

collects! {
    [] #[diagnostic::do_not_recommend] References: &'run T, all => all.values().collect();
    // Recommended, unlike the others: that a type is not `Clone` is said by `Copying`.
    [Copies: Copying<T>,] Copies: T, all => all.values().map(Copies::copy).collect();
    [] #[diagnostic::do_not_recommend] Outcomes: Outcome<&'run T>, all => all.outcomes().collect();
}

#[diagnostic::do_not_recommend]
impl<'run, T: Shared> Collect<'_, 'run, T, OneByOne> for Each<T> {
    type Place = ();

    fn collect(all: All<'run, T>, (): &mut ()) -> Self {
        all.each()
    }
}

#[diagnostic::do_not_recommend]
impl<'place, 'run, T: 'static> CollectSome<'place, 'run, T, Outcomes> for &'place [Outcome<&'run T>] {}

#[diagnostic::do_not_recommend]
impl<'run, T: 'static> CollectSome<'_, 'run, T, Outcomes> for Vec<Outcome<&'run T>> {}

#[diagnostic::do_not_recommend]
impl<T: Shared> CollectSome<'_, '_, T, OneByOne> for Each<T> {}

/// A list takes copies of `T`.
#[diagnostic::on_unimplemented(
    message = "the task takes a list of `{T}`, and `{T}` is not `Clone`",
    label = "cannot be cloned for the task",
    note = "take `&[&{T}]` in the task, or derive `Clone`: the results belong to the run"
)]
pub trait Copying<T> {
    /// A copy of `value`.
    fn copy(value: &T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Copying<T> for Copies {
    fn copy(value: &T) -> T {
        value.clone()
    }
}

/// The rules of a node under which it may take the results of a `for`.
#[diagnostic::on_unimplemented(
    message = "the node may run without this `for`, and takes its results",
    label = "may have failed or been skipped as a whole",
    note = "take `&[Outcome<&T>]` under the trigger `all_successful`, which says what became of each child, or put the `for` in `upstream: [..]`"
)]
pub trait OfAFor {}

/// The results of a `for` as the parameter takes them.
pub fn collect<'place, 'run, Parameter, T, Form>(
    all: All<'run, T>,
    place: &'place mut Parameter::Place,
) -> Parameter
where
    Parameter: Collect<'place, 'run, T, Form>,
{
    Parameter::collect(all, place)
}

/// The same of a `for` that tolerates failures.
pub fn collect_some<'place, 'run, Parameter, T, Form>(
    all: All<'run, T>,
    place: &'place mut Parameter::Place,
) -> Parameter
where
    Parameter: CollectSome<'place, 'run, T, Form>,
{
    Parameter::collect(all, place)
}

/// A place for what a parameter borrows.
pub fn place<T: Default>() -> T {
    T::default()
}

impl<T> Tolerant<Each<T>> {
    /// It reads one result at a time.
    pub const STREAMS: bool = true;
}
