//! The results of a `for`: all of them for a person who asks a run, and for a task as it takes them.

use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use crate::attempt::Attempt;
use crate::checkpoint::CheckpointError;
use crate::executor::{self, Core, Family, outcome_without_value};
use crate::slot::{Held, TypedSlot};
use crate::store::wait;
use crate::task::{Outcome, Shared};

/// The results of a `for`, in the order of its items: what [`Run::result`](crate::Run::result) gives for its key, and
/// [`Run::output`](crate::Run::output) where it is the tail.
///
/// ```
/// use flow_runtime::{Mapped, Runner, flow, task};
///
/// #[task]
/// fn square(x: u32) -> u32 { x * x }
///
/// flow! {
///     fn squares(xs: Vec<u32>) -> Mapped<u32> {
///         squared = for x in xs { square(x) };
///         squared
///     }
/// }
///
/// let run = Runner::in_memory().run(squares(vec![1, 2, 3]))?;
/// assert_eq!(run.output().values().copied().collect::<Vec<_>>(), [1, 4, 9]);
/// assert_eq!(run.result(squares::squared)?.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Mapped<T> {
    core: Arc<Core>,
    node: usize,
    held: Vec<Option<Held>>,
    output: PhantomData<fn() -> T>,
}

impl<T: Shared> Mapped<T> {
    /// Of a `for` whose results are held where memory does not have them.
    pub(crate) fn new(core: Arc<Core>, node: usize, held: Vec<Option<Held>>) -> Self {
        Self {
            core,
            node,
            held,
            output: PhantomData,
        }
    }

    /// How many children there are.
    pub fn len(&self) -> usize {
        self.core.families.get(self.node).map_or(0, Family::len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What became of the child at this place.
    pub fn get(&self, index: usize) -> Option<Outcome<&T>> {
        let family = self.core.families.get(self.node)?;
        if index >= family.len() {
            return None;
        }
        let child = family.id(index);
        let held = self.held.get(index).and_then(Option::as_deref);
        Some(outcome(&self.core, child, held))
    }

    /// What became of the children.
    pub fn iter(&self) -> impl Iterator<Item = Outcome<&T>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The results of the children that succeeded.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().filter_map(Outcome::success)
    }
}

impl<T: Shared + fmt::Debug> fmt::Debug for Mapped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What became of a child whose result memory keeps, or is held.
fn outcome<'a, T: 'static>(
    core: &'a Core,
    child: usize,
    held: Option<&'a (dyn core::any::Any + Send + Sync)>,
) -> Outcome<&'a T> {
    match value(core, child, held) {
        Some(value) => Outcome::Success(value),
        None => outcome_without_value(core, child),
    }
}

/// The result of a child: as memory keeps it, or held.
fn value<'a, T: 'static>(
    core: &'a Core,
    child: usize,
    held: Option<&'a (dyn core::any::Any + Send + Sync)>,
) -> Option<&'a T> {
    if !core.kind(child).has_value() {
        return None;
    }
    let kept = core.slot(child).typed::<T>().and_then(TypedSlot::get);
    kept.or_else(|| held?.downcast_ref())
}

/// The results of a `for` on their way to a parameter.
#[derive(Clone, Copy)]
pub struct All<'run, T> {
    attempt: &'run Attempt,
    node: usize,
    output: PhantomData<fn() -> T>,
}

impl<'run, T: 'static> All<'run, T> {
    pub(crate) fn new(attempt: &'run Attempt, node: usize) -> Self {
        Self {
            attempt,
            node,
            output: PhantomData,
        }
    }

    /// What became of each child.
    pub fn outcomes(self) -> impl Iterator<Item = Outcome<&'run T>> {
        let core = self.attempt.core();
        let family = core.families.get(self.node);
        let held = self
            .attempt
            .held_children
            .iter()
            .find(|held| held.node == self.node);
        family.into_iter().flat_map(move |family| {
            family.ids().map(move |child| {
                let held = held.and_then(|held| held.values.get(family.index(child)));
                outcome(core, child, held.and_then(Option::as_deref))
            })
        })
    }

    /// The results of the children that succeeded.
    pub fn values(self) -> impl Iterator<Item = &'run T> {
        self.outcomes().filter_map(Outcome::success)
    }

    /// One by one, each read when it is asked for.
    pub(crate) fn each(self) -> Each<T> {
        Each {
            core: Arc::clone(self.attempt.core()),
            node: self.node,
            next: 0,
            unread: self.attempt.unread.clone(),
            output: PhantomData,
        }
    }
}

/// Why a result could not be read that a body took by itself: it fails for that, whatever it returns.
#[derive(Clone, Default)]
pub(crate) struct Unread(Option<Arc<Mutex<Option<CheckpointError>>>>);

impl Unread {
    /// Ready to note something.
    pub(crate) fn ready(&mut self) {
        self.0 = Some(Arc::default());
    }

    fn note(&self, error: CheckpointError) {
        if let Some(place) = &self.0 {
            let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
            place.get_or_insert(error);
        }
    }

    /// What was noted.
    pub(crate) fn take(&self) -> Option<CheckpointError> {
        let place = self.0.as_ref()?;
        place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The results of a `for`, as a task takes them one at a time: each is read when it is asked for, so that memory holds one,
/// however many there are and however large they are together.
///
/// It gives the results of the children that succeeded, in the order of their items: all of them, unless the `for` tolerates
/// failures; [`outcomes`](Self::outcomes) gives these too. A result that cannot be read ends it, and fails the attempt
/// whatever the body returns. To read one waits for the store: an async body that takes many lets others run in between.
///
/// ```
/// use flow_runtime::{Each, Runner, flow, task};
///
/// #[task]
/// fn line(number: u32) -> String { format!("line {number}") }
///
/// #[task]
/// fn longest(lines: Each<String>) -> usize { lines.map(|line| line.len()).max().unwrap_or(0) }
///
/// let f = flow! {
///     lines = for number in 1..=10_u32 { line(number) };
///     length = longest(lines);
///     length
/// };
/// assert_eq!(*Runner::in_memory().run(f)?.output(), "line 10".len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Each<T> {
    core: Arc<Core>,
    node: usize,
    next: usize,
    unread: Unread,
    output: PhantomData<fn() -> T>,
}

impl<T: Shared> Each<T> {
    /// How many children there are.
    pub fn len(&self) -> usize {
        self.core.families.get(self.node).map_or(0, Family::len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What became of each child, those that failed among them.
    pub fn outcomes(mut self) -> impl Iterator<Item = Outcome<One<T>>> {
        core::iter::from_fn(move || self.outcome())
    }

    fn outcome(&mut self) -> Option<Outcome<One<T>>> {
        let family = self.core.families.get(self.node)?;
        if self.next >= family.len() {
            return None;
        }
        let child = family.id(self.next);
        self.next += 1;
        if !self.core.kind(child).has_value() {
            return Some(outcome_without_value(&self.core, child));
        }
        if self.core.slot(child).kept().is_some() {
            return Some(Outcome::Success(One(Place::Kept(Arc::clone(&self.core), child))));
        }
        let held = match self.core.slot(child).shared() {
            Some(held) => Ok(held),
            None => wait(executor::read(&self.core, child)),
        };
        match held {
            Ok(held) => Some(Outcome::Success(One(Place::Held(
                held.downcast()
                    .expect("a child's place is of its task's output type"),
            )))),
            Err(error) => {
                self.unread.note(error);
                self.next = usize::MAX;
                None
            }
        }
    }
}

impl<T: Shared> Iterator for Each<T> {
    type Item = One<T>;

    fn next(&mut self) -> Option<One<T>> {
        loop {
            match self.outcome()? {
                Outcome::Success(one) => return Some(one),
                Outcome::Skipped | Outcome::Failed(_) | Outcome::Cancelled => {}
            }
        }
    }
}

impl<T> fmt::Debug for Each<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Each").finish_non_exhaustive()
    }
}

/// One result of a `for`, which [`Each`] gives: a `T` to look at.
pub struct One<T>(Place<T>);

enum Place<T> {
    Kept(Arc<Core>, usize),
    Held(Arc<T>),
}

impl<T: Shared> Deref for One<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            Place::Kept(core, child) => value(core, *child, None).expect("what is kept stays"),
            Place::Held(held) => held,
        }
    }
}

impl<T: Shared> AsRef<T> for One<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: Shared + fmt::Debug> fmt::Debug for One<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
