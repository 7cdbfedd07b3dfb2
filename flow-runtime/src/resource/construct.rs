//! Constructors of resources, as the command line calls them: a plain function or an async one, which may fail. What it is,
//! its type says.

use core::future::ready;
use core::pin::Pin;

use crate::spec::Erased;
use crate::task::{BodyError, BoxError};

/// A constructor that has been called or is to be, as what it makes.
type Made<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>>>>;

/// A resource that is being made. It is polled on one thread, and need not be `Send`.
pub(crate) type Building = Made<Erased>;

/// What a constructor of a `T` returns: `T`, a `Result<T, E>`, or a future of either.
///
/// `Form` tells them apart; it is inferred.
#[diagnostic::on_unimplemented(
    message = "the constructor of the resource `{T}` returns `{Self}`",
    label = "makes no `{T}`",
    note = "a constructor takes nothing and returns `{T}` or `Result<{T}, E>`, where `E` is an error that a task could return; it may be an `async fn`"
)]
pub trait Constructed<T, Form> {
    /// The resource, once it is there.
    fn made(self) -> Made<T>;
}

/// `T`.
pub struct AsItIs;
/// `Result<T, E>`.
pub struct Fallible;
/// A future of `T`.
pub struct Awaited;
/// A future of `Result<T, E>`.
pub struct AwaitedFallible<E>(E);

#[diagnostic::do_not_recommend]
impl<T: 'static> Constructed<T, AsItIs> for T {
    fn made(self) -> Made<T> {
        Box::pin(ready(Ok(self)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static, E: BodyError> Constructed<T, Fallible> for Result<T, E> {
    fn made(self) -> Made<T> {
        Box::pin(ready(self.map_err(BodyError::boxed)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static, F> Constructed<T, Awaited> for F
where
    F: Future<Output = T> + 'static,
{
    fn made(self) -> Made<T> {
        Box::pin(async { Ok(self.await) })
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static, E: BodyError + 'static, F> Constructed<T, AwaitedFallible<E>> for F
where
    F: Future<Output = Result<T, E>> + 'static,
{
    fn made(self) -> Made<T> {
        Box::pin(async { self.await.map_err(BodyError::boxed) })
    }
}

/// Calls a constructor, when the result is polled for the first time; `erase` is that of `T`.
pub fn construct<T, Returned, Form>(constructor: fn() -> Returned, erase: fn(T) -> Erased) -> Building
where
    T: 'static,
    Returned: Constructed<T, Form> + 'static,
{
    Box::pin(async move { constructor().made().await.map(erase) })
}

#[cfg(feature = "cli")]
pub(crate) use at_start::{NotBuilt, build};

#[cfg(feature = "cli")]
mod at_start {
    use std::io;
    use std::thread;

    use thiserror::Error;
    use tokio::runtime::Handle;

    use crate::contained::{caught, caught_in, dispose};
    use crate::spec::{Constructor, Erased, FlowSpec, ResourceSpec};
    use crate::task::BoxError;

    /// Why a resource is not there; nothing ran.
    #[derive(Debug, Error)]
    pub(crate) enum NotBuilt {
        /// Its constructor failed.
        #[error(
            "flow `{flow}` cannot start: its resource `{}: {}` could not be made by `{constructor}` ({})",
            resource.name, resource.type_text, resource.location
        )]
        Failed {
            flow: &'static str,
            resource: &'static ResourceSpec,
            constructor: &'static str,
            source: BoxError,
        },
        /// There can be no more threads.
        #[error("flow `{flow}` cannot start: there is no thread to make its resources on")]
        Threads { flow: &'static str, source: io::Error },
    }

    /// A constructor's panic.
    #[derive(Debug, Error)]
    #[error("it panicked: {0}")]
    struct Panicked(String);

    /// Makes the resources of a flow inside this runtime, one after the other, those that have a constructor.
    pub(crate) fn build(spec: &'static FlowSpec, tokio: &Handle) -> Result<Vec<Erased>, NotBuilt> {
        // On a thread of its own: the caller's may be inside another runtime, where nothing can be waited for.
        thread::scope(|scope| {
            let thread = thread::Builder::new()
                .name("flow-resources".to_owned())
                .spawn_scoped(scope, || tokio.block_on(all(spec)));
            match thread.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(made)) => made,
                Ok(Err(bug)) => std::panic::resume_unwind(bug),
                Err(source) => Err(NotBuilt::Threads {
                    flow: spec.name,
                    source,
                }),
            }
        })
    }

    async fn all(spec: &'static FlowSpec) -> Result<Vec<Erased>, NotBuilt> {
        let mut all = Vec::with_capacity(spec.resources.len());
        for resource in spec.resources {
            let Some(constructor) = resource.constructor else {
                continue;
            };
            match one(constructor).await {
                Ok(made) => all.push(made),
                Err(source) => {
                    // While their runtime is around them.
                    all.into_iter().rev().for_each(dispose);
                    return Err(NotBuilt::Failed {
                        flow: spec.name,
                        resource,
                        constructor: constructor.path,
                        source,
                    });
                }
            }
        }
        Ok(all)
    }

    async fn one(constructor: Constructor) -> Result<Erased, BoxError> {
        let mut building = caught(|| (constructor.build)()).map_err(Panicked)?;
        let made = caught_in(building.as_mut()).await.map_err(Panicked);
        dispose(building);
        made?
    }
}
