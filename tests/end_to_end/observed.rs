//! What hooks of a run see, as text: the changes of state in their one order.

use std::sync::{Arc, Mutex};

use flow_runtime::{NodeInfo, Runner, State};

/// The changes of a run.
#[derive(Clone, Default)]
pub(crate) struct Changes(Arc<Mutex<Vec<String>>>);

impl Changes {
    /// A runner in memory whose runs are observed.
    pub(crate) fn runner(&self) -> Runner {
        let seen = self.clone();
        Runner::in_memory().on_state(move |node: &NodeInfo<'_>, old: &State, new: &State| {
            let change = format!("{} {}: {} -> {}", node.name(), node.attempt(), old.kind, new.kind);
            seen.0.lock().unwrap().push(change);
        })
    }

    /// Those of one node, without its name.
    pub(crate) fn of(&self, node: &str) -> Vec<String> {
        let all = self.0.lock().unwrap();
        let own = all
            .iter()
            .filter_map(|change| change.strip_prefix(&format!("{node} ")));
        own.map(str::to_owned).collect()
    }
}
