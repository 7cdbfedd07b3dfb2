//! `T` or `Result<T, E>`, told apart by type, so that aliases of `Result` work.
//!
//! What [`Probe`] has of its own, there for results only, shadows what [`NotResult`] gives every type.

use super::BoxError;

/// What a body returned, asked whether it is a `Result`.
pub struct Probe<R>(pub R);

impl<T, E> Probe<Result<T, E>> {
    /// A result.
    pub const IS_RESULT: bool = true;

    /// The output, or why the body failed.
    ///
    /// # Errors
    ///
    /// The body's own error.
    pub fn into_result(self) -> Result<T, BoxError>
    where
        E: BodyError,
    {
        self.0.map_err(BodyError::boxed)
    }
}

/// The answers for every type without an answer of its own.
pub trait NotResult {
    /// Not a result.
    const IS_RESULT: bool = false;
    /// What the body returned.
    type Value;

    /// The output: such a body does not fail.
    ///
    /// # Errors
    ///
    /// None.
    fn into_result(self) -> Result<Self::Value, BoxError>;
}

impl<R> NotResult for Probe<R> {
    type Value = R;

    fn into_result(self) -> Result<R, BoxError> {
        Ok(self.0)
    }
}

/// The error of a body that returns a `Result`.
#[diagnostic::on_unimplemented(
    message = "the error `{Self}` of a task must become a `Box<dyn Error + Send + Sync>`",
    label = "not an error that a task can return",
    note = "implement `std::error::Error` for it, or return `Box<dyn Error + Send + Sync>`, `anyhow::Error` or a `String`"
)]
pub trait BodyError {
    /// The error, boxed.
    fn boxed(self) -> BoxError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> BodyError for E {
    fn boxed(self) -> BoxError {
        self.into()
    }
}

/// Names the output of a body that returns `Self`: the `T` of a `Result<T, E>`.
pub trait Return<const IS_RESULT: bool> {
    /// The output of the task.
    type Value;
}

impl<T> Return<false> for T {
    type Value = T;
}

impl<T, E> Return<true> for Result<T, E> {
    type Value = T;
}
