//! How a resource of a flow reaches a task: by its bare name, or by an expression of resources alone. Nothing else becomes a
//! [`FlowResource`], so that what a task takes as a resource is one.

use std::sync::Arc;

use super::feed::{Borrowed, BorrowedSlice, BorrowedStr, Feed};
use super::wire::Wire;
use crate::resource::Resource;

/// A resource as a task takes it: the type of the field that a task struct has for a parameter `#[resource] name: &T`. Only
/// `flow!` makes one, of a flow's own resource; who calls a body without a flow calls the function, with a `&T`.
///
/// ```
/// use flow_runtime::{FlowResource, Runner, flow, task};
///
/// struct Client(u32);
///
/// #[task]
/// fn fetch(#[resource] http: &Client) -> u32 { http.0 }
///
/// // What a task struct has, and what its body takes.
/// fn number(task: fetch<'_>) -> u32 {
///     let http: FlowResource<'_, Client> = task.http;
///     fetch(http.get())
/// }
///
/// flow! { fn pages(#[resource] http: Client) -> u32 { a = fetch(http); a } }
///
/// let run = Runner::in_memory().run(pages(Client(3)))?;
/// assert_eq!(*run.output(), fetch(&Client(3)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FlowResource<'run, T: ?Sized>(&'run T);

impl<'run, T: ?Sized> FlowResource<'run, T> {
    /// The resource.
    pub const fn get(self) -> &'run T {
        self.0
    }
}

// Not derived: a copy of what is named here needs no copy of the resource.
impl<T: ?Sized> Clone for FlowResource<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for FlowResource<'_, T> {}

/// `&T` from `Arc<T>`.
pub struct BorrowedArc;
/// `&T` from `Box<T>`.
pub struct BorrowedBox;
/// What a parameter that is no resource would take.
pub struct NoParameter;
/// What is no resource, on its way to a parameter that is.
pub struct NoResource;
/// What an expression makes of a resource, as it is.
pub struct AsItIs;

/// An expression of resources alone, of type `Value`, becomes an argument. `Form` tells the implementations apart; it is
/// inferred.
#[diagnostic::on_unimplemented(
    message = "expected `{Self}`, found `{Value}`",
    label = "this is `{Value}`, the task takes `{Self}`",
    note = "an expression of resources alone is borrowed for a resource of the task (`FlowResource<T>` takes `&T`), and is for any other parameter what it is"
)]
pub trait FromResources<Value, Form> {
    /// The argument.
    fn from_resources(value: Value) -> Self;
}

/// An expression of resources alone, as the parameter takes it.
pub fn of_resources<Parameter: FromResources<Value, Form>, Value, Form>(value: Value) -> Parameter {
    Parameter::from_resources(value)
}

#[diagnostic::do_not_recommend]
impl<T> FromResources<T, AsItIs> for T {
    fn from_resources(value: T) -> T {
        value
    }
}

#[diagnostic::do_not_recommend]
impl<'run, T: ?Sized> FromResources<&'run T, Borrowed> for FlowResource<'run, T> {
    fn from_resources(value: &'run T) -> Self {
        FlowResource(value)
    }
}

#[diagnostic::do_not_recommend]
impl<'run, T> Feed<'run, FlowResource<'run, T>, Borrowed> for Resource<T> {
    fn feed(wire: Wire<'run, Self>) -> FlowResource<'run, T> {
        FlowResource(wire.value().get())
    }
}

macro_rules! lends {
    ($($form:ident: [$($generic:tt)*] $from:ty => $to:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'run, $($generic)*> Feed<'run, FlowResource<'run, $to>, $form> for Resource<$from> {
            fn feed(wire: Wire<'run, Self>) -> FlowResource<'run, $to> {
                FlowResource(wire.value().get())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'run, $($generic)*> FromResources<&'run $from, $form> for FlowResource<'run, $to> {
            fn from_resources(value: &'run $from) -> Self {
                FlowResource(value)
            }
        }
    )*};
}

lends! {
    BorrowedStr: [] String => str;
    BorrowedSlice: [T] Vec<T> => [T];
    BorrowedArc: [T: ?Sized] Arc<T> => T;
    BorrowedBox: [T: ?Sized] Box<T> => T;
}

/// A parameter that is no resource takes a resource by its name: nothing does. A trait of [`NoParameter`], for rustc to say
/// this and not what [`Feed`] says.
#[diagnostic::on_unimplemented(
    message = "`{T}` is a resource of the flow, and the task takes `{Parameter}` as an argument",
    label = "this is a resource",
    note = "mark the parameter of the task, and borrow there: `#[resource] name: &{T}`; only what an expression makes of a resource can be an argument"
)]
pub trait TakesResource<T, Parameter> {}

impl<'run, T, Parameter> Feed<'run, Parameter, NoParameter> for Resource<T>
where
    NoParameter: TakesResource<T, Parameter>,
{
    fn feed(_: Wire<'run, Self>) -> Parameter {
        unreachable!("no type takes a resource so")
    }
}

/// A `T` that is no resource is one: nothing is. A trait of [`NoResource`], likewise.
#[diagnostic::on_unimplemented(
    message = "the task takes a resource here, and this `{T}` is none",
    label = "not a resource of the flow",
    note = "a resource is a parameter of the flow that is marked, `#[resource] name: {T}`; write its name, or an expression of resources alone"
)]
pub trait IsResource<T, Resource: ?Sized> {}

impl<'run, T, U: ?Sized> Feed<'run, FlowResource<'run, U>, NoResource> for T
where
    NoResource: IsResource<T, U>,
{
    fn feed(_: Wire<'run, Self>) -> FlowResource<'run, U> {
        unreachable!("nothing else is a resource")
    }
}
