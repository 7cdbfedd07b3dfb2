use core::pin::Pin;

use super::BoxError;

/// A body that has been called: done when it is a plain function, to be driven when it is an `async fn`.
pub enum TaskCall<'run, T> {
    /// The body has returned.
    Done(Result<T, BoxError>),
    /// The body is a future.
    Future(Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'run>>),
}

impl<'run, T> TaskCall<'run, T> {
    /// An `async fn` is to be driven.
    pub fn future(body: impl Future<Output = Result<T, BoxError>> + Send + 'run) -> Self {
        Self::Future(Box::pin(body))
    }
}
