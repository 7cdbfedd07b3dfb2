//! What the generated function of a `for` asks of an attempt: its items when it is opened, and the item of one child when
//! that runs; and what the function of a node asks that takes all results of a `for`.

use core::fmt::Display;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use serde::Serialize;

use crate::attempt::{Attempt, Call, Ended};
use crate::key::Key;
use crate::mapped::{All, Mapped};
use crate::task::{Certain, Edge, OfAFor, ThereDespiteFailure, ThereDespiteSkip, Upstream, Wire};

/// What a `for` goes through by its bare name: what gives a slice stays where it is, other collections are listed once.
/// A hash map or set is listed in the order of its keys: a child is told by its place.
#[diagnostic::on_unimplemented(
    message = "a `for` cannot go through `{Self}`",
    label = "not a collection of items",
    note = "a bare name after `in` is a `Vec`, an array, a map or a set; write an expression that gives an iterator of owned items, such as `rows.lines().map(str::to_owned)`, for anything else"
)]
pub trait Items {
    /// An item.
    type Item: Serialize + Send + Sync + 'static;

    /// The items, where they stand side by side.
    fn slice(&self) -> Option<&[Self::Item]>;

    /// Copies of the items, where they do not.
    fn list(&self) -> Vec<Self::Item>;
}

macro_rules! slices {
    ($([$($generic:tt)*] $of:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize + Send + Sync + 'static, $($generic)*> Items for $of {
            type Item = T;

            fn slice(&self) -> Option<&[T]> {
                Some(self)
            }

            fn list(&self) -> Vec<T> {
                Vec::new()
            }
        }
    )*};
}

slices! {
    [] Vec<T>;
    [] Box<[T]>;
    [const N: usize] [T; N];
}

macro_rules! lists {
    ($([$($generic:tt)*] $of:ty => $item:ty: $list:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic)*> Items for $of {
            type Item = $item;

            fn slice(&self) -> Option<&[$item]> {
                None
            }

            fn list(&self) -> Vec<$item> {
                let list: fn(&Self) -> Vec<$item> = $list;
                list(self)
            }
        }
    )*};
}

lists! {
    [T: Clone + Serialize + Send + Sync + 'static] VecDeque<T> => T: |of| of.iter().cloned().collect();
    [T: Clone + Serialize + Send + Sync + 'static] BTreeSet<T> => T: |of| of.iter().cloned().collect();
    [K: Clone + Serialize + Send + Sync + 'static, V: Clone + Serialize + Send + Sync + 'static]
        BTreeMap<K, V> => (K, V): |of| of.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    [T: Clone + Ord + Serialize + Send + Sync + 'static, S] HashSet<T, S> => T: |of| {
        let mut items: Vec<T> = of.iter().cloned().collect();
        items.sort();
        items
    };
    [K: Clone + Ord + Serialize + Send + Sync + 'static, V: Clone + Serialize + Send + Sync + 'static, S]
        HashMap<K, V, S> => (K, V): |of| {
            let mut items: Vec<(K, V)> =
                of.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            items.sort_by(|(a, _), (b, _)| a.cmp(b));
            items
        };
}

/// What an expression after `in` gives: one owned value an item.
#[diagnostic::on_unimplemented(
    message = "an item of a `for` is `{Self}`, and cannot be digested and shared",
    label = "must be serializable, `Send`, `Sync` and owned",
    note = "a child is made anew when its item has changed, which its digest tells: derive `serde::Serialize` for the item"
)]
pub trait Item: Serialize + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + Send + Sync + 'static> Item for T {}

impl Attempt {
    /// Whether the items of a `for` are asked for, and nothing else.
    pub fn opens(&self) -> bool {
        self.opening.is_some()
    }

    /// The items are told.
    pub fn open(&self) -> Call<'_> {
        Call::Done(Some(Ok(Ended::Opened)))
    }

    /// The same, and what names each of them: the key of the item at a place.
    pub fn open_by(&self, key: impl Fn(usize) -> String) -> Call<'_> {
        if let Some(opening) = &self.opening {
            opening.name((0..opening.len()).map(key).collect());
        }
        self.open()
    }

    /// The place of the child that runs.
    pub fn index(&self) -> usize {
        let (core, child) = (self.core(), self.node());
        core.families.of(child).index(child)
    }

    /// The items of a value, at this place before `in`.
    ///
    /// # Panics
    ///
    /// If a child runs that has no items: the executor makes none.
    pub fn items<'run, C: Items + ?Sized>(&'run self, place: usize, of: &'run C) -> &'run [C::Item] {
        if let Some(items) = of.slice() {
            if let Some(opening) = &self.opening {
                opening.note(place, items);
            }
            return items;
        }
        self.listed(place, || of.list())
    }

    /// The items that an expression gives: it is evaluated when the `for` is opened.
    fn listed<I: IntoIterator<Item: Item>>(&self, place: usize, make: impl FnOnce() -> I) -> &[I::Item] {
        if let Some(opening) = &self.opening {
            return opening.keep(place, make().into_iter().collect());
        }
        let kept = self.core().families.of(self.node()).list(place);
        let items = kept.and_then(|kept| kept.downcast_ref::<Vec<I::Item>>());
        items.expect("a child has the items of its `for`")
    }

    /// The upstream's child beside this one, on its way to a parameter.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn each<G: Edge, T: 'static>(&self, key: Key<Mapped<T>>, guards: G) -> Wire<'_, T, G::Kind> {
        let _ = guards;
        G::wire(self.beside(&key))
    }

    /// Its result, as the node's rules let an expression see it.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn each_upstream<G: Edge, T: 'static>(&self, key: Key<Mapped<T>>, guards: G) -> G::Bound<'_, T> {
        let _ = guards;
        G::bind(self.beside(&key))
    }

    /// Its result, for an expression that does with it what only a value can do.
    ///
    /// # Panics
    ///
    /// If there is none: the executor starts no such child.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn each_needed<G: Edge, T: 'static>(&self, key: Key<Mapped<T>>, guards: G) -> &T
    where
        G::Kind: ThereDespiteSkip<T> + ThereDespiteFailure<T>,
    {
        let _ = guards;
        let value = self.beside(&key).value();
        value.expect("a child starts with the results of its upstream")
    }

    fn beside<T>(&self, key: &Key<Mapped<T>>) -> Upstream<'_> {
        let core = self.core();
        let node = if self.opens() {
            key.index()
        } else {
            core.above(self.node(), key.index())
        };
        Upstream::new(self, node)
    }

    /// The results of all children of a `for`.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "the guards are a type's name, as a value"
    )]
    pub fn all<G: Edge<Kind: OfAFor>, T: 'static>(&self, key: Key<Mapped<T>>, guards: G) -> All<'_, T> {
        let _ = guards;
        All::new(self, key.index())
    }
}

/// The items that an expression gives, at this place before `in`: it is evaluated when the `for` is opened.
///
/// # Panics
///
/// If a child runs that has no items: the executor makes none.
pub fn listed<I: IntoIterator<Item: Item>>(
    attempt: &Attempt,
    place: usize,
    make: impl FnOnce() -> I,
) -> &[I::Item] {
    attempt.listed(place, make)
}

/// What names a child: the key of its item, as text.
pub fn key_of<'run, T, K: Display>(key: impl FnOnce(&'run T) -> K, item: &'run T) -> String {
    key(item).to_string()
}

/// The same of two items side by side.
pub fn key_of_two<'run, T, U, K: Display>(
    key: impl FnOnce(&'run T, &'run U) -> K,
    first: &'run T,
    second: &'run U,
) -> String {
    key(first, second).to_string()
}

/// The same of three.
pub fn key_of_three<'run, T, U, V, K: Display>(
    key: impl FnOnce(&'run T, &'run U, &'run V) -> K,
    first: &'run T,
    second: &'run U,
    third: &'run V,
) -> String {
    key(first, second, third).to_string()
}

/// For an edge on which there is a value for certain.
impl OfAFor for Certain {}
