//! Drivers that do it wrong: what each of them does the checks must find.

use std::time::Duration;

use serde_json::Value;

use crate::rules::script::Script;

use super::cut::{Budgets, Cut, Deliveries};
use super::place::Kind;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// What is recorded of the run is gone when a message comes again.
    ForgetsTheRun,
    /// Messages do not tell how many retries were used.
    LosesRetries,
    /// Nor which attempt was the last.
    LosesAttempts,
    /// Nor what it has left.
    LosesDetails,
    /// Nor how the earlier ones ended.
    LosesThePast,
    /// Nor where a result is.
    LosesAResult,
    /// Nor when something may go on.
    LosesTheTime,
    /// What has failed is tried anew.
    TriesAnew,
    /// What is paused is over.
    EndsWhatIsPaused,
    /// A slice attempts one more than it may.
    SpendsMore,
    /// Every node that is found in its target costs a slice.
    ChargesCached,
}

pub(super) const ALL: [Broken; 11] = [
    Broken::ForgetsTheRun,
    Broken::LosesRetries,
    Broken::LosesAttempts,
    Broken::LosesDetails,
    Broken::LosesThePast,
    Broken::LosesAResult,
    Broken::LosesTheTime,
    Broken::TriesAnew,
    Broken::EndsWhatIsPaused,
    Broken::SpendsMore,
    Broken::ChargesCached,
];

impl Broken {
    /// Makes of a flow and how it is cut something in which it can be seen.
    pub(super) fn suit(self, script: &mut Script, cut: &mut Cut) {
        match self {
            Self::ForgetsTheRun => {
                cut.kind = Kind::Store;
                cut.deliveries = Deliveries::TwiceAndStale;
                if cut.budgets == Budgets::OneAndAll {
                    cut.budgets = Budgets::One;
                }
            }
            Self::ChargesCached => {
                (cut.kind, cut.has_files) = (Kind::Store, true);
                (cut.budgets, cut.deliveries) = (Budgets::One, Deliveries::Once);
            }
            Self::LosesTheTime => {
                cut.budgets = Budgets::One;
                for node in &mut script.nodes {
                    node.rules.retry_delay = Duration::from_millis(20);
                }
            }
            _ => {}
        }
    }

    /// What it makes of a message.
    pub(super) fn spoil(self, message: &str) -> Result<String, String> {
        let mut document: Value = serde_json::from_str(message).map_err(|error| error.to_string())?;
        let nodes = document["nodes"].as_array_mut().ok_or("a state has nodes")?;
        for state in nodes.iter_mut().filter_map(|node| node["state"].as_object_mut()) {
            let kind = state["type"].as_str().unwrap_or_default().to_owned();
            match self {
                Self::LosesRetries => drop(state.remove("retries")),
                Self::LosesAttempts => drop(state.remove("attempts")),
                Self::LosesDetails => drop(state.remove("details")),
                Self::LosesThePast => drop(state.remove("past")),
                Self::LosesAResult => drop(state.remove("inline")),
                Self::LosesTheTime => drop(state.remove("start_time")),
                Self::TriesAnew if kind == "Failed" => drop(state.insert("type".into(), "Pending".into())),
                Self::EndsWhatIsPaused if kind == "Paused" => {
                    drop(state.insert("type".into(), "Skipped".into()));
                }
                _ => {}
            }
        }
        Ok(document.to_string())
    }
}
