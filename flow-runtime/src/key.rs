//! Keys: typed names of a flow's nodes, by which a run is asked for results.

use core::fmt;
use core::marker::PhantomData;

use crate::flow::Flow;
use crate::spec::FlowSpec;

/// The typed name of a node: `nightly::rows`, or `f.rows()` of a bare flow.
pub struct Key<T> {
    flow: &'static FlowSpec,
    node: usize,
    output: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// The key of the node at `node` of `flow`; written by `flow!`.
    #[doc(hidden)]
    pub const fn new(flow: &'static FlowSpec, node: usize) -> Self {
        Self {
            flow,
            node,
            output: PhantomData,
        }
    }

    /// Gives `flow!` the output's type to compare with the one that the author declares; never called.
    ///
    /// # Panics
    ///
    /// Always.
    #[doc(hidden)]
    pub fn __output(self) -> T {
        unreachable!("the type of `{}` is asked for, not its value", self.name())
    }

    /// The node's name.
    pub fn name(&self) -> &'static str {
        self.flow.nodes[self.node].name
    }

    pub(crate) fn index(&self) -> usize {
        self.node
    }

    pub(crate) fn flow(&self) -> &'static FlowSpec {
        self.flow
    }
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Key<T> {}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}::{})", self.flow.name, self.name())
    }
}

/// What names a node of the flow `F`, which returns a `T`: its key, or the method that gives it (`nightly::rows`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a node of this flow",
    label = "not a key",
    note = "write `flow::node` for a named flow, `f.node()` for a bare one"
)]
pub trait IntoKey<F, Form, T> {
    /// The key.
    fn into_key(self) -> Key<T>;
}

/// A key itself.
pub struct ByKey;
/// The method of the flow's type.
pub struct ByMethod;

#[diagnostic::do_not_recommend]
impl<F: Flow, T> IntoKey<F, ByKey, T> for Key<T> {
    fn into_key(self) -> Key<T> {
        self
    }
}

// Recommended, unlike the others: that the method is of another flow is said by `Is`.
impl<F, G, T, Method> IntoKey<F, (ByMethod, G), T> for Method
where
    G: Flow + Is<F>,
    Method: FnOnce(&G) -> Key<T>,
{
    fn into_key(self) -> Key<T> {
        self(&G::VALUE)
    }
}

/// Two flows are the same.
#[diagnostic::on_unimplemented(
    message = "expected a node of `{F}`, found one of `{Self}`",
    label = "a node of another flow",
    note = "a run is asked for the nodes of its own flow: write `flow::node` for a named one, `f.node()` for a bare one"
)]
pub trait Is<F> {}

impl<F> Is<F> for F {}

/// What names a node of whatever flow, as [`IntoKey`] does of a known one: with a key itself nothing tells the flow's
/// type, nor need it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a node of a flow",
    label = "not a key",
    note = "write `flow::node` for a named flow, `f.node()` for a bare one"
)]
pub trait AnyKey<Form, T> {
    /// The key.
    fn any_key(self) -> Key<T>;
}

#[diagnostic::do_not_recommend]
impl<T> AnyKey<ByKey, T> for Key<T> {
    fn any_key(self) -> Key<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<F: Flow, T, Method: FnOnce(&F) -> Key<T>> AnyKey<(ByMethod, F), T> for Method {
    fn any_key(self) -> Key<T> {
        self(&F::VALUE)
    }
}
