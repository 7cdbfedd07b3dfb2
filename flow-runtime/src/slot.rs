//! A typed place for one node's result, reached through an erased interface.
//!
//! Two ways to live in it: kept (read by reference, as long as the run lives: the tail, and in a run in memory all
//! but the results with `checkpoint = false`), or shared (behind an `Arc`, so that it can be freed after its last reader
//! and, where a store has it, loaded again; one that was set by hand is shared too, but not freed).

use core::any::Any;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::contained::dispose;
use crate::task::Shared;

/// A result that is held for the time of an attempt.
pub(crate) type Held = Arc<dyn Any + Send + Sync>;

/// The place of one result, whatever its type.
pub(crate) trait Slot: Any + Send + Sync {
    /// The kept result.
    fn kept(&self) -> Option<&(dyn Any + Send + Sync)>;
    /// The shared result, if it is in memory.
    fn shared(&self) -> Option<Held>;
    /// Shares `value`; `false` if it is of another type.
    fn share(&self, value: Held) -> bool;
    /// Puts `value`, as a body's result is put; `false` if it is of another type.
    fn put(&self, value: Box<dyn Any + Send + Sync>, keep: bool) -> bool;
    /// Forgets what is shared; who holds it still has it.
    fn free(&self);
}

/// The places of many results of one type.
pub(crate) trait Slots: Send + Sync {
    /// The place of this one.
    fn at(&self, index: usize) -> &dyn Slot;
}

impl<T: Shared> Slots for Box<[TypedSlot<T>]> {
    fn at(&self, index: usize) -> &dyn Slot {
        &self[index]
    }
}

impl dyn Slot {
    /// The place as what it is, if it is one of a `T`.
    pub(crate) fn typed<T: 'static>(&self) -> Option<&TypedSlot<T>> {
        (self as &dyn Any).downcast_ref()
    }
}

/// The place of a `T`.
pub(crate) struct TypedSlot<T> {
    kept: OnceLock<T>,
    shared: Mutex<Option<Arc<T>>>,
}

impl<T> TypedSlot<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        self.kept.get()
    }

    pub(crate) fn put(&self, value: T, keep: bool) {
        if keep {
            // A second value can only come from a second attempt, and no attempt follows a success.
            let _ = self.kept.set(value);
        } else {
            *self.lock() = Some(Arc::new(value));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<T>>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Shared> TypedSlot<T> {
    pub(crate) const fn new() -> Self {
        Self {
            kept: OnceLock::new(),
            shared: Mutex::new(None),
        }
    }
}

impl<T: Shared> Slot for TypedSlot<T> {
    fn kept(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.kept.get().map(|value| value as _)
    }

    fn shared(&self) -> Option<Held> {
        self.lock().clone().map(|value| value as _)
    }

    fn share(&self, value: Held) -> bool {
        match value.downcast::<T>() {
            Ok(value) => {
                *self.lock() = Some(value);
                true
            }
            Err(_) => false,
        }
    }

    fn put(&self, value: Box<dyn Any + Send + Sync>, keep: bool) -> bool {
        match value.downcast::<T>() {
            Ok(value) => {
                self.put(*value, keep);
                true
            }
            Err(_) => false,
        }
    }

    fn free(&self) {
        let freed = self.lock().take();
        dispose(freed);
    }
}
