//! What a body can ask about the attempt it runs in.

use std::sync::Arc;

use jiff::Zoned;

use crate::executor::Core;
use crate::run_id::RunId;

/// The attempt that a body runs in; a task that wants it takes `&Context`, which is not an argument.
///
/// ```
/// use flow_runtime::{Context, Date, flow, task};
///
/// #[task]
/// fn stamp(context: &Context) -> String {
///     format!("{} at {}", context.node(), context.logical_time().date())
/// }
///
/// let f = flow! { x = stamp(); x };
/// let run = flow_runtime::Runner::in_memory().date(Date::constant(2026, 2, 3)).run(f)?;
/// assert_eq!(run.output(), "x at 2026-02-03");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Context {
    pub(crate) core: Arc<Core>,
    pub(crate) node: usize,
}

impl Context {
    /// The run's id.
    pub fn run_id(&self) -> &RunId {
        &self.core.info.id
    }

    /// The run's logical time, frozen at its start.
    pub fn logical_time(&self) -> &Zoned {
        &self.core.info.time
    }

    /// The name of the flow.
    pub fn flow(&self) -> &'static str {
        self.core.spec.name
    }

    /// The name of the node.
    pub fn node(&self) -> &'static str {
        self.core.spec.nodes[self.node].name
    }

    /// The name of the task.
    pub fn task(&self) -> &'static str {
        self.core.spec.nodes[self.node].task.name
    }
}

impl core::fmt::Debug for Context {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context")
            .field("run_id", self.run_id())
            .field("node", &self.node())
            .finish_non_exhaustive()
    }
}
