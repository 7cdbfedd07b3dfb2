use super::Source;

/// A `for`: one child for each item of what it goes through.
#[derive(Debug, Clone, Copy)]
pub struct EachSpec {
    /// What it goes through, one for each name before `in`; several side by side. Those of [`Source::Node`] whose node is
    /// a `for` itself have an edge of [`EdgeKind::Each`](super::EdgeKind::Each).
    pub items: &'static [Source],
    /// Whether its children have names of their own: `#[node(key = …)]`.
    pub keyed: bool,
    /// How many children run at a time: `#[node(at_most = …)]`.
    pub at_most: Option<u32>,
    /// How many of them may fail: `#[node(tolerate = …)]`.
    pub tolerate: Option<Tolerate>,
}

/// How many children of a `for` may fail, and it is a success.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tolerate {
    /// So many.
    Count(u64),
    /// This part of all, from 0 to 1.
    Share(f64),
}

impl EachSpec {
    /// So many async children run at a time where `at_most` does not say otherwise.
    pub const ASYNC_AT_MOST: u32 = 64;

    /// How many children run at a time; `None` where only the workers limit them.
    pub fn limit(&self, asynchronous: bool) -> Option<usize> {
        let default = asynchronous.then_some(Self::ASYNC_AT_MOST);
        let limit = self.at_most.or(default)?;
        Some(usize::try_from(limit).unwrap_or(usize::MAX).max(1))
    }
}

impl Tolerate {
    /// Whether so many failures among so many children are borne.
    ///
    /// ```
    /// use flow_runtime::spec::Tolerate;
    ///
    /// assert!(Tolerate::Count(2).bears(2, 10) && !Tolerate::Count(2).bears(3, 10));
    /// assert!(Tolerate::Share(0.01).bears(2, 200) && !Tolerate::Share(0.01).bears(2, 199));
    /// ```
    #[allow(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
    pub fn bears(self, failed: u64, all: u64) -> bool {
        match self {
            Self::Count(count) => failed <= count,
            // What is written as a part of all is rounded where it cannot be told: a failure more or less.
            Self::Share(share) => failed as f64 <= share * all as f64 + 1e-9,
        }
    }
}
