//! Resources: what the bodies of a run share and nobody can store, as pools and clients. A run owns them from its start to the
//! end of its last body; they are in no state, no record and no digest. How the command line makes them is in [`construct`],
//! how a task takes one in [`task`](crate::task).

mod construct;

use core::any::Any;
use core::marker::PhantomData;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::runtime::Handle;

use crate::contained::dispose;
use crate::slot::Held;
use crate::spec::{Erased, FlowSpec};

pub(crate) use construct::Building;
pub use construct::{Constructed, construct};
#[cfg(feature = "cli")]
pub(crate) use construct::{NotBuilt, build};

/// What a flow's resource can be: owned, and shared by all threads.
///
/// Implemented for every type that fits; nobody writes it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a resource of a flow",
    label = "not a resource",
    note = "a resource is `Send + Sync + 'static`: bodies borrow it on any thread, as long as the run lasts"
)]
pub trait ResourceValue: Sized {
    /// The resource on its way to a run.
    fn hold(self) -> Handover<Self>;
    /// The resource on its way to who knows its type.
    fn erase(self) -> Erased;
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> ResourceValue for T {
    fn hold(self) -> Handover<Self> {
        Handover {
            held: Some(Arc::new(Resource::new(self))),
            of: PhantomData,
        }
    }

    fn erase(self) -> Erased {
        Box::new(self)
    }
}

/// A resource, and the async runtime in which it was given: there it is dropped, for it may have tasks of its own.
pub struct Resource<T> {
    /// `None` while it is dropped.
    value: Option<T>,
    tokio: Option<Handle>,
}

impl<T> Resource<T> {
    fn new(value: T) -> Self {
        Self {
            value: Some(value),
            tokio: Handle::try_current().ok(),
        }
    }

    /// The resource.
    ///
    /// # Panics
    ///
    /// Never: it is there until it is dropped.
    pub fn get(&self) -> &T {
        self.value
            .as_ref()
            .expect("a resource is there until it is dropped")
    }
}

impl<T> Drop for Resource<T> {
    fn drop(&mut self) {
        let _inside = self.tokio.as_ref().map(Handle::enter);
        // Each by itself: a second panic while others are dropped would end the process.
        dispose(self.value.take());
    }
}

/// A resource in the value of a flow, on its way to a run. Who clones the value has a second run share it.
pub struct Handover<T> {
    /// `None` once a run has taken it.
    held: Option<Held>,
    of: PhantomData<fn() -> T>,
}

impl<T> Handover<T> {
    /// Hands it to the run.
    pub fn take(&mut self) -> Option<Held> {
        self.held.take()
    }
}

impl<T> Clone for Handover<T> {
    fn clone(&self) -> Self {
        Self {
            held: self.held.clone(),
            of: PhantomData,
        }
    }
}

/// The resources of a run, by place: whoever runs a body holds all of them.
pub(crate) struct Lent {
    held: Vec<Held>,
    /// The runtime on which the run's async bodies run.
    tokio: OnceLock<Handle>,
}

impl Lent {
    /// The resource at `place`, if it is a `T`.
    pub(crate) fn get<T: 'static>(&self, place: usize) -> Option<&Resource<T>> {
        self.held.get(place)?.downcast_ref()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let _inside = self.tokio.get().map(Handle::enter);
        // As what is bound first is dropped last.
        while let Some(held) = self.held.pop() {
            drop(held);
        }
    }
}

/// The resources of a run, until it has ended.
pub(crate) struct Resources(Option<Mutex<Option<Arc<Lent>>>>);

impl Resources {
    /// Takes those of `spec` out of the parameters of a run.
    pub(crate) fn of(spec: &FlowSpec, params: &mut dyn Any) -> Self {
        if spec.resources.is_empty() {
            return Self(None);
        }
        let held = (spec.resources.iter())
            .map(|resource| (resource.take)(params).expect("a flow is given its resources when it is called"))
            .collect();
        let lent = Lent {
            held,
            tokio: OnceLock::new(),
        };
        Self(Some(Mutex::new(Some(Arc::new(lent)))))
    }

    /// For a body: it holds them as long as it runs, also where the run has given it up.
    pub(crate) fn share(&self) -> Option<Arc<Lent>> {
        let lent = self.0.as_ref()?.lock();
        lent.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has them dropped inside this runtime.
    pub(crate) fn live_on(&self, tokio: Option<&Handle>) {
        if let (Some(lent), Some(tokio)) = (self.share(), tokio) {
            let _ = lent.tokio.set(tokio.clone());
        }
    }

    /// Lets go of them: no other body starts. They are dropped when the last one has ended that is stuck.
    pub(crate) fn release(&self) {
        if let Some(lent) = &self.0 {
            let lent = lent.lock().unwrap_or_else(PoisonError::into_inner).take();
            drop(lent);
        }
    }
}
