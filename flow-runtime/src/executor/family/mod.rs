//! The children of a `for`: made when their items are known, and from then on nodes like the others, with numbers behind
//! those of the flow's own. What they have in common stands once; what each needs is small, for there may be millions.

mod conclude;
mod families;
mod finish;
mod items;
mod open;
mod throttle;

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crate::digest::{Digest, ShortDigest};
use crate::slot::{Held, Slot, Slots};
use crate::state::{StateType, label};

use super::core::{Accounts, Live, Traits};

pub(super) use conclude::progress_of;
pub(crate) use families::Families;
pub(crate) use items::{Listed, Opening};
pub(crate) use throttle::Throttle;

/// The children of one `for`.
pub(crate) struct Family {
    /// The `for`, by index.
    pub(crate) node: usize,
    /// The number of the first child.
    base: usize,
    children: Box<[Child]>,
    results: Box<dyn Slots>,
    pub(super) accounts: Accounts,
    /// What is the same of all of them.
    pub(super) traits: Traits,
    /// What they go through, by place; `None` for what goes through the children of another `for`, and of one whose children
    /// have all ended in earlier processes.
    lists: Box<[Option<Listed>]>,
    /// Of their own, or of what they go through.
    keys: Option<Box<[Box<str>]>>,
    /// Of what they go through as a whole, where there is one.
    pub(crate) digest: Option<ShortDigest>,
    /// Of what they have come to, once they have: each of its readers' children asks for it.
    results_digest: OnceLock<Option<ShortDigest>>,
    /// How many have not ended.
    open: AtomicUsize,
    /// How many of the upstream children each waits for: a bit for each.
    awaited: u8,
    /// The families that go through the children of this one, those that are there.
    followers: Mutex<Vec<usize>>,
    /// Whether there can be any.
    is_followed: bool,
    pub(super) throttle: Option<Throttle>,
    /// When it was opened, where times are asked for.
    since: Option<Instant>,
}

/// What is a child's own, beyond its result and what is to be told of it.
struct Child {
    live: Live,
    state: AtomicU8,
    /// Which of the upstream children that it waits for have ended.
    arrived: AtomicU8,
}

impl Family {
    /// How many children there are.
    pub(crate) fn len(&self) -> usize {
        self.children.len()
    }

    /// The number of the child at this place.
    pub(crate) fn id(&self, index: usize) -> usize {
        self.base + index
    }

    /// The numbers of all.
    pub(crate) fn ids(&self) -> core::ops::Range<usize> {
        self.base..self.base + self.len()
    }

    /// The place of a child.
    pub(crate) fn index(&self, id: usize) -> usize {
        id - self.base
    }

    pub(crate) fn key(&self, index: usize) -> Option<&str> {
        self.keys.as_ref().map(|keys| &*keys[index])
    }

    pub(super) fn keys(&self) -> Option<&[Box<str>]> {
        self.keys.as_deref()
    }

    /// What stands behind the name of the `for` in the slug of a child: `[3]` or `["key"]`.
    pub(crate) fn label(&self, index: usize) -> String {
        label(index, self.key(index))
    }

    pub(super) fn live(&self, id: usize) -> &Live {
        &self.children[id - self.base].live
    }

    pub(super) fn kind(&self, id: usize) -> StateType {
        StateType::from_u8(self.children[id - self.base].state.load(Ordering::Acquire))
    }

    pub(super) fn set_kind(&self, id: usize, kind: StateType) {
        self.children[id - self.base]
            .state
            .store(kind as u8, Ordering::Release);
    }

    pub(super) fn slot(&self, id: usize) -> &dyn Slot {
        self.results.at(id - self.base)
    }

    /// How many have not ended.
    pub(crate) fn unfinished(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// The digest of what they have come to, which is another as long as some have not ended.
    pub(super) fn digest_of_results(
        &self,
        digest: impl FnOnce() -> Option<ShortDigest>,
    ) -> Option<ShortDigest> {
        if self.unfinished() > 0 {
            return digest();
        }
        *self.results_digest.get_or_init(digest)
    }

    /// The items at this place before `in`.
    pub(crate) fn list(&self, place: usize) -> Option<&Held> {
        self.lists[place].as_ref()?.kept.as_ref()
    }

    /// Of the item that a child is at, where it is known.
    pub(super) fn item_digest(&self, place: usize, index: usize) -> Option<Digest> {
        self.lists[place].as_ref()?.digests.as_ref()?.get(index).copied()
    }

    /// An upstream child has ended that stands at this place before `in`: `true` for the last that the child waits for.
    fn arrive(&self, index: usize, place: usize) -> bool {
        let bit = 1 << place;
        let before = self.children[index].arrived.fetch_or(bit, Ordering::AcqRel);
        before & bit == 0 && before | bit == self.awaited
    }

    /// Whether the child waits for no other.
    fn is_ready(&self, index: usize) -> bool {
        self.children[index].arrived.load(Ordering::Acquire) == self.awaited
    }

    /// Those that go through its children, as far as they are there.
    fn followers(&self) -> Vec<usize> {
        if !self.is_followed {
            return Vec::new();
        }
        let followers = self.followers.lock();
        followers.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
