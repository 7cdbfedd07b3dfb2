//! Triggers: a node's rule over the states of its upstream.

use core::fmt;

use crate::state::StateType;

/// An upstream of a node, as a rule sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpstreamState {
    /// The upstream node's name.
    pub node: &'static str,
    /// Its state.
    pub state: StateType,
    /// What the node can take in place of its value.
    pub tolerance: Tolerance,
}

impl UpstreamState {
    /// An upstream that is needed with its value.
    pub const fn new(node: &'static str, state: StateType) -> Self {
        Self {
            node,
            state,
            tolerance: Tolerance::Nothing,
        }
    }

    /// The same upstream for a parameter that tolerates this.
    pub const fn tolerated(self, tolerance: Tolerance) -> Self {
        Self { tolerance, ..self }
    }

    /// Whether the node can run with this upstream as it is.
    fn is_enough(self) -> bool {
        self.tolerance == Tolerance::Failure || self.state.is_successful()
    }

    /// Whether it skips the node.
    pub(super) fn skips(self) -> bool {
        self.state == StateType::Skipped && self.tolerance == Tolerance::Nothing
    }
}

/// What a parameter takes where its upstream has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tolerance {
    /// `T` or `&T`: it needs the value.
    Nothing,
    /// `Option<&T>`: `None` where the upstream was skipped.
    Skip,
    /// `Outcome<&T>`: whatever became of the upstream.
    Failure,
}

/// A node's rule over the states of its upstream, when all of them have finished.
///
/// A skip counts as a success, a `TriggerFailed` as a failure; Cancelled is neither, only finished. A node without
/// upstream runs under every rule. See [`decide`](super::decide) for what becomes of a node whose rule does not hold.
///
/// ```
/// use flow_runtime::plan::UpstreamState;
/// use flow_runtime::{BoxError, Context, Outcome, Runner, flow, task};
///
/// #[task]
/// fn good() -> u32 { 1 }
/// #[task]
/// fn bad() -> Result<u32, BoxError> { Err("no luck".into()) }
/// #[task]
/// fn skipped(cx: &Context) -> Result<u32, BoxError> { Err(cx.skip("not today").into()) }
///
/// #[task]
/// fn sum(a: u32, b: u32) -> u32 { a + b }
/// #[task]
/// fn of_two(a: Option<&u32>, b: Option<&u32>) -> usize { a.iter().count() + b.iter().count() }
/// #[task]
/// fn look(a: Outcome<&u32>, b: Outcome<&u32>) -> usize {
///     [a, b].iter().filter(|outcome| outcome.is_success()).count()
/// }
///
/// // As many failures as successes, and more.
/// fn mostly_failed(upstream: &[UpstreamState]) -> bool {
///     2 * upstream.iter().filter(|upstream| upstream.state.is_failed()).count() >= upstream.len()
/// }
///
/// let f = flow! {
///     g = good(); h = good(); b = bad(); c = bad(); s = skipped();
///     all_successful = sum(g, h);                              // without the option
///     trigger_failed = sum(g, b);
///     #[node(trigger = all_failed)]      all_failed = look(b, c);
///     #[node(trigger = any_successful)]  any_successful = look(g, b);
///     #[node(trigger = any_failed)]      any_failed = look(g, b);
///     #[node(trigger = all_finished)]    all_finished = look(b, s);
///     #[node(trigger = not_all_skipped)] not_all_skipped = of_two(g, s);
///     #[node(trigger = mostly_failed)]   of_mine = look(g, b);
///     #[node(trigger = mostly_failed)]   not_held = look(g, h);
/// };
/// let run = Runner::in_memory().run_to_end(f)?;
/// let states: Vec<String> = run.nodes().skip(5).map(|(_, state)| state.to_string()).collect();
/// assert_eq!(states, [
///     "Success",
///     "TriggerFailed: `b` is Failed",
///     "Success", "Success", "Success", "Success", "Success", "Success",
///     "TriggerFailed: its trigger `mostly_failed` does not hold: `g` is Success, `h` is Success",
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub enum Trigger {
    /// Every upstream succeeded, or is tolerated.
    #[default]
    AllSuccessful,
    /// Every upstream failed.
    AllFailed,
    /// An upstream succeeded.
    AnySuccessful,
    /// An upstream failed.
    AnyFailed,
    /// Always.
    AllFinished,
    /// Every upstream succeeded, or is tolerated, and not all were skipped.
    NotAllSkipped,
    /// The author's own rule.
    Custom {
        /// As it is written in the source.
        name: &'static str,
        /// The rule; it is not asked about a node without upstream.
        holds: fn(&[UpstreamState]) -> bool,
    },
}

impl Trigger {
    /// Whether the rule holds for these upstream nodes, all finished.
    pub fn holds(self, upstream: &[UpstreamState]) -> bool {
        let all = |test: fn(StateType) -> bool| upstream.iter().all(|upstream| test(upstream.state));
        let any = |test: fn(StateType) -> bool| upstream.iter().any(|upstream| test(upstream.state));
        upstream.is_empty()
            || match self {
                Self::AllSuccessful => upstream.iter().all(|upstream| upstream.is_enough()),
                Self::AllFailed => all(StateType::is_failed),
                Self::AnySuccessful => any(StateType::is_successful),
                Self::AnyFailed => any(StateType::is_failed),
                Self::AllFinished => true,
                Self::NotAllSkipped => {
                    upstream.iter().all(|upstream| upstream.is_enough())
                        && !all(|state| state == StateType::Skipped)
                }
                Self::Custom { holds, .. } => holds(upstream),
            }
    }

    /// The name, as an author writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllSuccessful => "all_successful",
            Self::AllFailed => "all_failed",
            Self::AnySuccessful => "any_successful",
            Self::AnyFailed => "any_failed",
            Self::AllFinished => "all_finished",
            Self::NotAllSkipped => "not_all_skipped",
            Self::Custom { name, .. } => name,
        }
    }

    /// Whether it asks for successes, so that what hinders it is told as it is: a cancellation, a skip.
    pub(super) const fn wants_success(self) -> bool {
        matches!(self, Self::AllSuccessful | Self::NotAllSkipped)
    }
}

impl fmt::Debug for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
