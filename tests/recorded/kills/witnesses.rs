//! What bodies have said beside the journal, held against what is recorded.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::Path;

/// The node whose result goes with its process: it may run again.
pub(super) const PASSING: &str = "passing";

/// What must never be found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A body that ran although its success was recorded.
    RanAgain { node: String },
    /// A node that was a recorded success and is none any more.
    Lost { node: String },
    /// An attempt that started twice: nobody knew of the first.
    StartedTwice { node: String, attempt: String },
    /// Two processes with bodies that ran at the same time.
    TwoAtOnce,
    /// A body that read what nobody has written.
    TornInput { node: String },
    /// A recorded success whose target is not there, or not whole.
    TornTarget { file: String },
    /// A run was left for another one.
    Abandoned { run: String },
    /// The journal cannot be read.
    Unreadable { why: String },
    /// A process that ended otherwise than it may.
    WrongEnd { what: String },
}

/// What the bodies of one run have said so far.
#[derive(Default)]
pub(super) struct Witnesses {
    read: usize,
    /// Each attempt, since the last time that a node started over.
    started: HashSet<(String, String)>,
    pub(super) bodies: usize,
}

impl Witnesses {
    /// Reads what was said since the last time. The nodes in `recorded` were recorded successes all the while.
    pub(super) fn hear(
        &mut self,
        log: &Path,
        run: &str,
        recorded: &BTreeSet<String>,
    ) -> io::Result<Result<(), Violation>> {
        let text = match fs::read_to_string(log) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        let new = &text[self.read..];
        self.read = text.len();
        for line in new.lines() {
            if let Err(violation) = self.line(line, run, recorded) {
                return Ok(Err(violation));
            }
        }
        Ok(Ok(()))
    }

    fn line(&mut self, line: &str, run: &str, recorded: &BTreeSet<String>) -> Result<(), Violation> {
        match *line.split(' ').collect::<Vec<_>>() {
            ["run", of, node, attempt, _] if of == run => {
                self.bodies += 1;
                let node = node.to_owned();
                if recorded.contains(&node) && node != PASSING {
                    return Err(Violation::RanAgain { node });
                }
                let attempt = attempt.to_owned();
                if attempt == "1" && self.started.contains(&(node.clone(), "3".to_owned())) {
                    // It had failed, as three processes died in it; of two that resumed the run, the second tries it anew.
                    self.started.retain(|(of, _)| *of != node);
                }
                // The result that lives in memory only is made anew from its first attempt.
                if node != PASSING && !self.started.insert((node.clone(), attempt.clone())) {
                    return Err(Violation::StartedTwice { node, attempt });
                }
                Ok(())
            }
            ["run", ..] => Ok(()),
            ["torn", node] => Err(Violation::TornInput {
                node: node.to_owned(),
            }),
            ["two", ..] => Err(Violation::TwoAtOnce),
            _ => Err(Violation::WrongEnd {
                what: format!("a body said: {line}"),
            }),
        }
    }

    /// What has failed is tried anew, from its first attempt.
    pub(super) fn start_over(&mut self, failed: &BTreeSet<String>) {
        self.started.retain(|(node, _)| !failed.contains(node));
    }
}
