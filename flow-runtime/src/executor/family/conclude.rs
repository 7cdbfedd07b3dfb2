//! The end of a `for`: what its children have come to.

use core::fmt::Write as _;

use super::Family;
use crate::event::Readers;
use crate::executor::core::{Core, Detail};
use crate::plan::conclude_children;
use crate::state::StateType;

impl Core {
    /// Whether a `for` has nothing more to wait for.
    pub(in crate::executor) fn is_over(&self, node: usize) -> bool {
        let family = self.families.get(node);
        family.is_some_and(|family| family.unfinished() == 0)
    }

    /// How a `for` ends whose children have all ended.
    pub(in crate::executor) fn sum(&self, family: &Family) -> (StateType, Detail) {
        let tolerate = self.spec.nodes[family.node].each().and_then(|each| each.tolerate);
        let kind = conclude_children(family.ids().map(|child| family.kind(child)), tolerate);
        let mut message = family.counted();
        let failed = family
            .ids()
            .find(|&child| matches!(family.kind(child), StateType::Failed | StateType::TimedOut));
        if let Some(child) = failed {
            let _ = write!(
                message,
                "; first: `{}` is {}",
                self.slug(child),
                self.state(child)
            );
        }
        let detail = Detail {
            message,
            took: family.since.map(|since| since.elapsed()).unwrap_or_default(),
            ..Detail::default()
        };
        (kind, detail)
    }

    /// Tells how far a `for` is, one of whose children has ended and is not counted yet.
    pub(in crate::executor) fn tell_progress(&self, readers: &Readers, family: &Family) {
        #[allow(clippy::cast_precision_loss, reason = "there are fewer than 2^52")]
        let part = |count: usize| count as f64 / family.len() as f64;
        let finished = family.len() - family.unfinished() + 1;
        readers.progress(self, family.node, part(finished).clamp(0.0, 1.0));
    }
}

/// How far a `for` is whose children run.
pub(in crate::executor) fn progress_of(family: &Family) -> String {
    let finished = family.len() - family.unfinished();
    format!("{finished} of {} children have finished", family.len())
}

impl Family {
    /// `40 children: 38 Success, 2 Failed`; no more than how many there are where all came to the same success.
    pub(crate) fn counted(&self) -> String {
        let mut counts: Vec<(StateType, usize)> = Vec::new();
        for child in self.ids() {
            let kind = self.kind(child);
            match counts.iter_mut().find(|(of, _)| *of == kind) {
                Some((_, count)) => *count += 1,
                None => counts.push((kind, 1)),
            }
        }
        let children = match self.len() {
            0 => return "no items".to_owned(),
            1 => "1 child".to_owned(),
            len => format!("{len} children"),
        };
        if let [(StateType::Success, _)] = counts[..] {
            return children;
        }
        counts.sort_by_key(|(kind, _)| *kind as u8);
        let counts: Vec<String> = counts
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        format!("{children}: {}", counts.join(", "))
    }
}
