use core::time::Duration;

use crate::hook::{FailureHook, StateHook};
use crate::plan::Trigger;

/// The rules by which a node runs: its task's, unless its statement overrides one.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Over the states of its upstream.
    pub trigger: Trigger,
    /// Whether it is skipped where an upstream was.
    pub skip_on_upstream_skip: bool,
    /// How often a failed attempt is repeated.
    pub retries: u32,
    /// From the end of a failed attempt to the start of the next.
    pub retry_delay: Duration,
    /// How the delay grows.
    pub backoff: Backoff,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// What [`Runner::at_most`](crate::Runner::at_most) counts it by.
    pub tags: &'static [&'static str],
    /// Called at every change of the node's state.
    pub on_state: Option<StateHook>,
    /// Called when the node has finally failed.
    pub on_failure: Option<FailureHook>,
}

impl Rules {
    /// `all_successful`, skipped with its upstream, one attempt without limit.
    pub const DEFAULT: Self = Self {
        trigger: Trigger::AllSuccessful,
        skip_on_upstream_skip: true,
        retries: 0,
        retry_delay: Duration::ZERO,
        backoff: Backoff::NONE,
        timeout: None,
        tags: &[],
        on_state: None,
        on_failure: None,
    };
}

/// How the delay before a retry grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// Each delay is the last one times this; at least 1.
    pub factor: f64,
    /// No delay is longer.
    pub max: Duration,
    /// A delay is made up to this part longer or shorter, by chance; from 0 to 1.
    pub jitter: f64,
}

impl Backoff {
    /// Every delay is the same.
    pub const NONE: Self = Self {
        factor: 1.0,
        max: Duration::MAX,
        jitter: 0.0,
    };

    /// The delay before the retry with this number, from 1; `chance` is from 0 to 1.
    ///
    /// ```
    /// use core::time::Duration;
    /// use flow_runtime::spec::Backoff;
    ///
    /// let doubling = Backoff { factor: 2.0, max: Duration::from_secs(30), jitter: 0.0 };
    /// let delays = [1, 2, 3, 4].map(|retry| doubling.delay(Duration::from_secs(5), retry, 0.5).as_secs());
    /// assert_eq!(delays, [5, 10, 20, 30]);
    /// ```
    pub fn delay(&self, first: Duration, retry: u32, chance: f64) -> Duration {
        if first.is_zero() {
            // However often it grows.
            return Duration::ZERO;
        }
        let grown = first.as_secs_f64() * self.factor.powf(f64::from(retry.saturating_sub(1)));
        let varied = grown * (1.0 + self.jitter * (2.0 * chance - 1.0));
        // Not a number, or more than a duration holds: the longest.
        Duration::try_from_secs_f64(varied).map_or(self.max, |delay| delay.min(self.max))
    }
}
