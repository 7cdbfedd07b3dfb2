//! A store that fails on demand: for tests of what a death or a full disk leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{BlockingStore, MemoryStore, Operation, Stat, StoreError, StoreErrorKind, StorePath};

/// Whether the operation at which everything ends still takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// As when the process dies before the rename.
    None,
    /// As when it dies right after it.
    Full,
}

/// A store in memory whose first operations work; then all fail, or some.
#[derive(Debug)]
pub(crate) struct FailingStore {
    inner: MemoryStore,
    works: usize,
    /// How many fail; those after them work again.
    fails: usize,
    kind: StoreErrorKind,
    effect: Effect,
    asked: Arc<AtomicUsize>,
}

impl FailingStore {
    /// Fails after `works` operations; `effect` says what the first failing one does.
    pub(crate) fn new(inner: MemoryStore, works: usize, effect: Effect) -> Self {
        Self {
            inner,
            works,
            fails: usize::MAX,
            kind: StoreErrorKind::Full,
            effect,
            asked: Arc::default(),
        }
    }

    /// Fails for so many operations after the first ones, with errors of this kind.
    #[cfg(not(shuttle))]
    pub(crate) fn for_some(inner: MemoryStore, works: usize, fails: usize, kind: StoreErrorKind) -> Self {
        Self {
            fails,
            kind,
            ..Self::new(inner, works, Effect::None)
        }
    }

    /// How many operations it was asked for, whoever has it then.
    #[cfg(not(shuttle))]
    pub(crate) fn asked(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.asked)
    }

    fn attempt<T>(
        &self,
        operation: Operation,
        path: &StorePath,
        act: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let before = self.asked.fetch_add(1, Ordering::Relaxed);
        if before < self.works || before - self.works >= self.fails {
            return act();
        }
        if before == self.works && self.effect == Effect::Full {
            act()?;
        }
        Err(StoreError::new(self.kind, operation, path.as_str()))
    }
}

impl BlockingStore for FailingStore {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.attempt(Operation::Get, path, || self.inner.get(path))
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        self.attempt(Operation::Stat, path, || self.inner.stat(path))
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        self.attempt(Operation::Put, path, || self.inner.put(path, bytes))
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.attempt(Operation::Put, path, || self.inner.put_if_absent(path, bytes))
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        let of = below
            .cloned()
            .unwrap_or_else(|| StorePath::new("all").expect("a path"));
        self.attempt(Operation::List, &of, || self.inner.list(below))
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        self.attempt(Operation::Delete, path, || self.inner.delete(path))
    }

    fn show(&self, path: &StorePath) -> String {
        self.inner.show(path)
    }
}
