//! What a parameter takes in place of a value, told by its type, so that aliases work.
//!
//! What [`Tolerant`] has of its own, for `Option<&T>` and `Outcome<&T>` only, shadows what [`Intolerant`] gives every type.

use core::marker::PhantomData;

use crate::plan::Tolerance;

use super::outcome::Outcome;

/// The type of a parameter, asked what it tolerates.
pub struct Tolerant<Parameter>(PhantomData<Parameter>);

impl<T: ?Sized> Tolerant<Option<&T>> {
    /// A skip.
    pub const TOLERANCE: Tolerance = Tolerance::Skip;
}

impl<T: ?Sized> Tolerant<Outcome<&T>> {
    /// Whatever became of its upstream.
    pub const TOLERANCE: Tolerance = Tolerance::Failure;
}

/// The answer for every type without an answer of its own.
pub trait Intolerant {
    /// Nothing.
    const TOLERANCE: Tolerance = Tolerance::Nothing;
    /// It reads all results of a `for` at once.
    const STREAMS: bool = false;
}

impl<Parameter> Intolerant for Tolerant<Parameter> {}
