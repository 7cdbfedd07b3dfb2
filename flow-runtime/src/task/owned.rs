//! Whether a parameter that a task takes by value is the runtime's own [`Context`], which is only lent, told by its type: other
//! crates have types of that name.

use core::marker::PhantomData;

use crate::Context;

/// The type of a parameter, taken by value.
pub struct Owned<Parameter>(PhantomData<Parameter>);

impl Owned<Context> {
    /// It is; shadows what [`OwnedByTask`] gives every type.
    pub const IS_CONTEXT: bool = true;
}

/// The answer for every other type.
pub trait OwnedByTask {
    /// It is not.
    const IS_CONTEXT: bool = false;
}

impl<Parameter> OwnedByTask for Owned<Parameter> {}
