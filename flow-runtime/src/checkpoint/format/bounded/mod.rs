//! [`read`]: any decoder of serde's, with bounds on what it is fed: how deep values nest, counted at every one that holds another,
//! and how many elements there are that take no bytes.
//!
//! Formats are read from files that are anybody's. A decoder that calls itself for what nests overflows the stack of its thread,
//! which ends the process; one that counts to what a head claims, and finds elements of no size, never ends. Some that have a
//! limit of their own do not count options, wrappers and variants. Between decoder and type, this sees all.

mod access;
mod visitor;

use std::cell::{Cell, RefCell};
use std::fmt::{self, Display};

use serde::de::{DeserializeOwned, Deserializer};

/// So many elements may take no bytes, as those of a list of `()`.
pub(super) const EMPTY_ELEMENTS: usize = 1 << 16;

/// What is read at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// How deep values may nest.
    pub(super) levels: usize,
    /// How many elements all lists and maps together may have, but for those whose number their type knows.
    pub(super) elements: usize,
}

impl Limit {
    /// For an input of this many bytes.
    pub(super) const fn of(levels: usize, bytes: usize) -> Self {
        let elements = bytes.saturating_add(EMPTY_ELEMENTS);
        Self { levels, elements }
    }
}

/// Reads one value within the limit.
///
/// # Errors
///
/// What the decoder or the type says, in their words, or that it is beyond the limit.
pub(super) fn read<'de, T, D>(decoder: D, limit: Limit) -> Result<T, Told>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let bounds = Bounds {
        levels: limit.levels,
        elements: Cell::new(limit.elements),
        told: RefCell::default(),
    };
    T::deserialize(Bounded {
        inner: decoder,
        bounds: &bounds,
        level: 0,
        counts: false,
    })
}

/// An error in words. There are decoders whose own errors have no place for those of a type.
#[derive(Debug)]
pub(super) struct Told(String);

impl Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Told {}

impl serde::de::Error for Told {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::ser::Error for Told {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// What is left of the limit, and an error on its way.
struct Bounds {
    levels: usize,
    elements: Cell<usize>,
    /// What a type has said, until it has come through the decoder.
    told: RefCell<Option<Told>>,
}

impl Bounds {
    /// An error of a type's goes into the decoder.
    fn carry<E: serde::de::Error>(&self, told: Told) -> E {
        *self.told.borrow_mut() = Some(told);
        E::custom("told apart")
    }

    /// An error comes out of the decoder: one that went in, or its own.
    fn bring(&self, error: impl Display) -> Told {
        let told = self.told.borrow_mut().take();
        told.unwrap_or_else(|| Told(error.to_string()))
    }

    /// Counts an element of a list or a map.
    fn count(&self) -> Result<(), Told> {
        let Some(left) = self.elements.get().checked_sub(1) else {
            return Err(Told(format!(
                "more than {EMPTY_ELEMENTS} of its elements take no bytes, and no more are read"
            )));
        };
        self.elements.set(left);
        Ok(())
    }
}

/// A decoder, a type's visitor, or what passes between them, within bounds.
#[derive(Clone, Copy)]
struct Bounded<'b, T> {
    inner: T,
    bounds: &'b Bounds,
    /// How many values are around this one.
    level: usize,
    /// Whether the input says how many elements there are: each of them has a byte of its own, or none at all.
    counts: bool,
}

impl<'b, T> Bounded<'b, T> {
    /// The same bounds around something else.
    fn around<U>(&self, inner: U) -> Bounded<'b, U> {
        Bounded {
            inner,
            bounds: self.bounds,
            level: self.level,
            counts: false,
        }
    }

    /// The same around a visitor that is shown as many elements as the input says.
    fn counting<U>(&self, inner: U) -> Bounded<'b, U> {
        let counts = true;
        Bounded {
            counts,
            ..self.around(inner)
        }
    }

    /// The same one level deeper.
    fn within<U>(&self, inner: U) -> Result<Bounded<'b, U>, Told> {
        let level = self.level + 1;
        if level > self.bounds.levels {
            return Err(Told(format!(
                "it nests deeper than {} levels, and no more are read",
                self.bounds.levels
            )));
        }
        Ok(Bounded {
            inner,
            bounds: self.bounds,
            level,
            counts: self.counts,
        })
    }
}

#[cfg(test)]
mod tests;
