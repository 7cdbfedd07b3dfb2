//! Whether what a run came to is what the reference says: in a run that nothing ends, node for node; in one that is
//! ended, for each node by what its upstream came to, wherever in its life the end may have found it.

use flow_runtime::StateType::{Cancelled, Pending};

use super::fate::{Fate, conclusion};
use super::perform::{Came, Missing, NodeCame};
use super::reference::{Flaw, fate, reference};
use super::script::{Launch, Script};

/// Whether a run that nothing ends is as a reference says.
///
/// # Errors
///
/// The first difference.
pub(crate) fn agrees(script: &Script, came: &Came, flaw: Option<Flaw>) -> Result<(), String> {
    let fates = reference(script, flaw);
    for (node, fate) in fates.iter().enumerate() {
        if !fits(script, came, node, fate) {
            return Err(format!(
                "n{node} is {:?}, and should be {fate:?}",
                came.nodes[node]
            ));
        }
    }
    concludes(script, came)
}

/// Whether a run that may have been ended is as the reference says.
///
/// # Errors
///
/// The first difference.
pub(crate) fn agrees_though_ended(script: &Script, came: &Came) -> Result<(), String> {
    let ends = Ends::of(script, came)?;
    ends.are_caused(script)?;
    ends.leave_nothing(came)?;
    let fates = reference(script, None);
    for (node, expected) in fates.iter().enumerate() {
        let state = came.nodes[node].state;
        // What was to be repeated is not, and what its hooks make of a cancellation is their own affair.
        let is_plain = script.nodes[node].hooks().next().is_none() && expected.calls() <= 1;
        let is_cut = matches!(state, Pending | Cancelled);
        if is_plain && !is_cut && !fits(script, came, node, expected) {
            return Err(format!(
                "n{node} is {:?}, and should be {expected:?}, or Cancelled",
                came.nodes[node]
            ));
        }
    }
    concludes(script, came)
}

/// How many nodes of a run were certainly found by its end.
pub(crate) fn found_by_the_end(script: &Script, came: &Came) -> Result<usize, String> {
    Ok(Ends::of(script, came)?.certain().count())
}

fn concludes(script: &Script, came: &Came) -> Result<(), String> {
    let states: Vec<_> = came.nodes.iter().map(|node| node.state).collect();
    let state = conclusion(script, &states);
    if came.run == state {
        Ok(())
    } else {
        Err(format!("the run is {:?}, and should be {state:?}", came.run))
    }
}

/// Whether that is what a node came to.
fn fits(script: &Script, run: &Came, node: usize, fate: &Fate) -> bool {
    let came = &run.nodes[node];
    // A result that is not kept is freed when the last that takes it has finished.
    let is_awaited = || {
        let mut others = script.nodes.iter().zip(&run.nodes);
        others.any(|(other, came)| other.takes(node) && !came.state.is_finished())
    };
    let result = match fate.value {
        Some(_) if !script.keeps(node) && !is_awaited() => Err(Missing::NotKept),
        value => value.ok_or(Missing::NoValue),
    };
    let told = came.changes.as_ref().is_none_or(|told| *told == fate.changes);
    came.state == fate.state && came.result == result && came.calls == fate.calls() && told
}

/// Where the end of the run may have found each node.
struct Ends {
    /// For each node, the fates that it may have had, and whether each is what was seen: the first if the run had ended
    /// before it looked, the next if it ended after one look, and so on; the last if it did not end in time.
    fates: Vec<Vec<(Fate, bool)>>,
    ancestors: Vec<u64>,
}

impl Ends {
    fn of(script: &Script, came: &Came) -> Result<Self, String> {
        let before: Vec<Fate> = came.nodes.iter().map(NodeCame::fate).collect();
        let mut fates = Vec::new();
        for node in 0..came.nodes.len() {
            let mut possible = Vec::new();
            for looks in 0.. {
                let fate = fate(script, node, &before, None, looks);
                let is_last = fate.looks <= looks;
                let fits = fits(script, came, node, &fate);
                possible.push((fate, fits));
                if is_last {
                    break;
                }
            }
            if possible.iter().all(|(_, fits)| !fits) {
                let (goes_on, _) = &possible[possible.len() - 1];
                return Err(format!(
                    "n{node} is {:?}, and should be {goes_on:?}, or what the end makes of it",
                    came.nodes[node]
                ));
            }
            fates.push(possible);
        }
        Ok(Self {
            fates,
            ancestors: script.ancestors(),
        })
    }

    /// The nodes that the end of the run has certainly found.
    fn certain(&self) -> impl Iterator<Item = usize> {
        let found = |node: &usize| self.fates[*node].last().is_some_and(|(_, fits)| !fits);
        (0..self.fates.len()).filter(found)
    }

    /// Whether a run that one of its nodes has certainly ended has nothing left that could go on.
    fn leave_nothing(&self, came: &Came) -> Result<(), String> {
        let ends = |fates: &Vec<(Fate, bool)>| {
            let mut fates = fates.iter().filter(|(_, fits)| *fits);
            fates.all(|(fate, _)| fate.ends_run)
        };
        let is_ended = self.fates.iter().any(ends);
        let mut nodes = came.nodes.iter();
        match nodes.position(|node| is_ended && !node.state.is_finished()) {
            Some(node) => Err(format!(
                "the run was ended, and n{node} is {:?}",
                came.nodes[node].state
            )),
            None => Ok(()),
        }
    }

    /// Whether somebody ended the run who may have, and all was ended that had to be.
    fn are_caused(&self, script: &Script) -> Result<(), String> {
        let may_end = |node: &usize| {
            self.fates[*node]
                .iter()
                .any(|(fate, fits)| *fits && fate.ends_run)
        };
        let does_end = |node: &usize| {
            let mut fates = self.fates[*node].iter().filter(|(_, fits)| *fits);
            fates.all(|(fate, _)| fate.ends_run)
        };
        let all = 0..self.fates.len();
        let is_before = |node: usize, other: usize| self.ancestors[other] & 1 << node != 0;
        for node in self.certain() {
            // What comes before whoever ended the run had ended by then.
            let mut enders = all.clone().filter(may_end);
            let is_caused = enders.any(|ender| ender != node && !is_before(node, ender));
            if !is_caused && !matches!(script.manner.launch, Launch::Cancelled(_)) {
                return Err(format!("nobody had ended the run before n{node} was cut short"));
            }
        }
        for ender in all.clone().filter(does_end) {
            let mut after = all.clone().filter(|node| is_before(ender, *node));
            if let Some(node) = after.find(|node| !self.fates[*node][0].1) {
                return Err(format!("n{ender} ended the run, and n{node} after it went on"));
            }
        }
        Ok(())
    }
}
