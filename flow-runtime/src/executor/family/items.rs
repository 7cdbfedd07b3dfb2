//! What a `for` goes through, as the function of its node tells it.

use std::sync::{Mutex, OnceLock, PoisonError};

use serde::Serialize;

use crate::digest::Digest;
use crate::slot::Held;

/// The items at one place before `in`.
#[derive(Clone)]
pub(crate) struct Listed {
    pub(crate) len: usize,
    /// The items, a `Vec<T>`, where nothing else has them.
    pub(crate) kept: Option<Held>,
    /// Of each item, where that is asked for.
    pub(crate) digests: Option<Box<[Digest]>>,
}

/// What the function of a `for` has told of its items, when it is called for them alone.
pub(crate) struct Opening {
    wants_digests: bool,
    lists: Box<[OnceLock<Listed>]>,
    keys: Mutex<Option<Vec<String>>>,
}

impl Opening {
    /// For so many names before `in`.
    pub(crate) fn new(places: usize, wants_digests: bool) -> Self {
        Self {
            wants_digests,
            lists: (0..places).map(|_| OnceLock::new()).collect(),
            keys: Mutex::default(),
        }
    }

    /// Notes items that stay where they are.
    pub(crate) fn note<T: Serialize>(&self, place: usize, items: &[T]) {
        let _ = self.lists[place].set(Listed {
            len: items.len(),
            kept: None,
            digests: self.digests(items),
        });
    }

    /// Keeps items that were made for this.
    pub(crate) fn keep<T: Serialize + Send + Sync + 'static>(&self, place: usize, items: Vec<T>) -> &[T] {
        let listed = self.lists[place].get_or_init(|| Listed {
            len: items.len(),
            digests: self.digests(&items),
            kept: Some(Held::from(Box::new(items) as Box<_>)),
        });
        let kept = listed
            .kept
            .as_ref()
            .and_then(|kept| kept.downcast_ref::<Vec<T>>());
        kept.map_or(&[], Vec::as_slice)
    }

    /// How many items there are at every place: those that stand further back have nothing beside them.
    pub(crate) fn len(&self) -> usize {
        let lists = self.lists.iter().filter_map(OnceLock::get);
        lists.map(|listed| listed.len).min().unwrap_or(0)
    }

    /// Notes the keys of all children.
    pub(crate) fn name(&self, keys: Vec<String>) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    }

    pub(super) fn take(self) -> (Vec<Option<Listed>>, Option<Vec<String>>) {
        let lists = self.lists.into_vec().into_iter();
        let keys = self.keys.into_inner().unwrap_or_else(PoisonError::into_inner);
        (lists.map(OnceLock::into_inner).collect(), keys)
    }

    fn digests<T: Serialize>(&self, items: &[T]) -> Option<Box<[Digest]>> {
        if !self.wants_digests {
            return None;
        }
        // One that cannot be encoded has no digest: then nothing is reused.
        items.iter().map(|item| Digest::of_value(item).ok()).collect()
    }
}
