//! `T` or `Result<T, E>`, told apart by type, so that aliases of `Result` work.
//!
//! What [`Probe`] has of its own, there for results only, shadows what [`NotResult`] gives every type.

use super::BoxError;
use crate::contained::caught;

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

    /// The same, where `retry_if` says which failures another attempt may mend.
    ///
    /// # Errors
    ///
    /// The body's own error, marked as final where it is refused, or where `retry_if` panics, which it says too.
    pub fn into_result_if(self, retry_if: fn(&E) -> bool) -> Result<T, BoxError>
    where
        E: BodyError,
    {
        self.0.map_err(|error| {
            let repeats = caught(|| retry_if(&error));
            let error = error.boxed();
            match repeats {
                Ok(true) => error,
                Ok(false) => Final(error).into(),
                Err(panic) => Final(Unjudged { panic, error }.into()).into(),
            }
        })
    }
}

/// An error of a body that its `retry_if` could not judge.
#[derive(Debug, thiserror::Error)]
#[error("`retry_if` panicked as it judged the body's error: {panic}")]
struct Unjudged {
    panic: String,
    #[source]
    error: BoxError,
}

/// An error that no other attempt may mend, on its way out of a body.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct Final(pub(crate) BoxError);

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

    /// There is nothing for `retry_if` to judge.
    ///
    /// # Errors
    ///
    /// None.
    fn into_result_if<E>(self, retry_if: fn(&E) -> bool) -> Result<Self::Value, BoxError>
    where
        Self: Sized + Fails,
    {
        let _ = retry_if;
        self.into_result()
    }
}

/// A body that returns a `Result`: implemented by nothing, as [`Probe`] answers for results itself.
#[diagnostic::on_unimplemented(
    message = "`retry_if` judges the error of a body, and this body returns no `Result`",
    label = "returns no `Result`",
    note = "return `Result<T, E>`, or leave `retry_if` out: a panic or a timeout is repeated without it"
)]
pub trait Fails {}

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
