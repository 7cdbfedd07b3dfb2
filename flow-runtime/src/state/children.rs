//! The children of a `for` between two processes of a run. A journal tells them one by one; a published state says of them
//! no more than how many there are.

use std::collections::{BTreeMap, HashMap};

use super::fingerprint::Signature;
use super::model::NodeState;
use crate::digest::ShortDigest;

/// The children of one `for`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RecordedChildren {
    /// How many there are.
    pub(crate) total: u64,
    /// Of all items, or of their keys: other items make other children.
    pub(crate) digest: Option<ShortDigest>,
    /// Those of which something is known, by their places.
    pub(crate) states: BTreeMap<u64, RecordedChild>,
    /// Children with keys that stood elsewhere before the items were others.
    pub(crate) earlier: Vec<RecordedChild>,
    /// What made their results.
    pub(crate) made: Option<Signature>,
    /// Whether the journal of the run says this.
    pub(crate) is_recorded: bool,
}

/// One child.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordedChild {
    /// By which it is told from the others, where it has one.
    pub(crate) key: Option<String>,
    pub(crate) state: NodeState,
}

impl RecordedChildren {
    /// So many children have been made, of these items.
    pub(crate) fn opened(&mut self, total: u64, digest: Option<ShortDigest>) {
        self.total = total;
        if self.digest == digest {
            return;
        }
        let are_others = self.digest.is_some() && digest.is_some();
        self.digest = digest;
        let (keyed, others): (BTreeMap<_, _>, BTreeMap<_, _>) = core::mem::take(&mut self.states)
            .into_iter()
            .partition(|(_, child)| child.key.is_some());
        self.earlier.extend(keyed.into_values());
        if !are_others {
            self.states = others;
        }
    }

    /// Whether every child is known, and has ended.
    pub(crate) fn is_whole(&self) -> bool {
        u64::try_from(self.states.len()) == Ok(self.total)
            && (self.states.values()).all(|child| child.state.state.kind.is_finished())
    }

    /// Whether one of them has a result.
    pub(crate) fn has_results(&self) -> bool {
        let all = self.states.values().chain(&self.earlier);
        all.into_iter().any(|child| child.state.state.kind.has_value())
    }

    /// The states of so many children with these keys: what is known of each under its key, else under its place where the
    /// items are the same.
    pub(crate) fn fit(
        mut self,
        len: usize,
        keys: Option<&[Box<str>]>,
        digest: Option<ShortDigest>,
    ) -> Vec<Option<NodeState>> {
        self.opened(u64::try_from(len).unwrap_or(u64::MAX), digest);
        let mut fitted: Vec<Option<NodeState>> = (0..len).map(|_| None).collect();
        if let Some(keys) = keys {
            let places: HashMap<&str, usize> = keys.iter().map(|key| &**key).zip(0..).collect();
            let earlier = self.earlier.into_iter().map(|child| (None, child));
            let states = self.states.into_iter();
            // What was told last counts.
            for (place, child) in earlier.chain(states.map(|(place, child)| (Some(place), child))) {
                let place = match child.key {
                    Some(key) => places.get(&*key).copied(),
                    // Its key is told when it ends, and its process died before; the items are the same.
                    None => place.and_then(|place| usize::try_from(place).ok()),
                };
                if let Some(fitted) = place.and_then(|place| fitted.get_mut(place)) {
                    *fitted = Some(child.state);
                }
            }
            return fitted;
        }
        for (place, child) in self.states {
            let place = usize::try_from(place)
                .ok()
                .and_then(|place| fitted.get_mut(place));
            if let Some(place) = place {
                *place = Some(child.state);
            }
        }
        fitted
    }
}

#[cfg(test)]
mod tests {
    use super::{RecordedChild, RecordedChildren};
    use crate::digest::{Digest, ShortDigest};
    use crate::state::NodeState;

    fn children(names: &[&str], keyed: bool) -> RecordedChildren {
        let child = |name: &&str| RecordedChild {
            key: keyed.then(|| (*name).to_owned()),
            state: NodeState::pending("", *name),
        };
        RecordedChildren {
            total: u64::try_from(names.len()).unwrap(),
            digest: Some(digest("then")),
            states: (0..).zip(names.iter().map(child)).collect(),
            ..RecordedChildren::default()
        }
    }

    fn digest(of: &str) -> ShortDigest {
        Digest::of(of.as_bytes()).into()
    }

    fn names(fitted: &[Option<NodeState>]) -> Vec<&str> {
        fitted
            .iter()
            .map(|state| state.as_ref().map_or("-", |state| &*state.task))
            .collect()
    }

    #[test]
    fn a_child_is_found_under_its_key_wherever_it_stands() {
        let keys = ["c", "new", "a"].map(Box::from);
        let fitted = children(&["a", "b", "c"], true).fit(3, Some(&keys), Some(digest("now")));
        assert_eq!(names(&fitted), ["c", "-", "a"]);
        // And again where it stood before that.
        let mut twice = children(&["a", "b", "c"], true);
        twice.opened(1, Some(digest("between")));
        let keys = ["b", "c"].map(Box::from);
        assert_eq!(names(&twice.fit(2, Some(&keys), Some(digest("now")))), ["b", "c"]);
    }

    #[test]
    fn a_child_whose_process_died_before_its_key_was_told_is_found_at_its_place() {
        let mut died = children(&["a", "b", "c"], true);
        died.states.get_mut(&1).unwrap().key = None;
        let keys = ["a", "b", "c"].map(Box::from);
        let fitted = died.clone().fit(3, Some(&keys), Some(digest("then")));
        assert_eq!(names(&fitted), ["a", "b", "c"]);
        // Of other items nobody knows which of them it was.
        let keys = ["b", "a", "c"].map(Box::from);
        assert_eq!(
            names(&died.fit(3, Some(&keys), Some(digest("now")))),
            ["-", "a", "c"]
        );
    }

    #[test]
    fn without_a_key_other_items_are_other_children() {
        let same = children(&["a", "b"], false).fit(3, None, Some(digest("then")));
        assert_eq!(names(&same), ["a", "b", "-"]);
        let unknown = children(&["a"], false).fit(1, None, None);
        assert_eq!(names(&unknown), ["a"]);
        let others = children(&["a", "b"], false).fit(2, None, Some(digest("now")));
        assert_eq!(names(&others), ["-", "-"]);
    }
}
