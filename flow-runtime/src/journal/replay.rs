//! From the records of a journal to the run state at its end.

use jiff::Timestamp;

use super::JournalError;
use super::frame::Frames;
use super::head::HeadRecord;
use super::record::{NodeRecord, Record, TableEntry};
use crate::digest::ShortDigest;
use crate::state::{Head, NodeState, RunState, Signature, State, StateType, one_more};

/// What a journal says.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// The run at the end of the journal. What ran when the process died is Pending, and has used an attempt.
    pub(crate) state: RunState,
    /// The nodes whose bodies ran at its end, by their place, with the deaths that they had before.
    ran: Vec<(usize, u32)>,
    /// For each node of the state, the slice in which it was last told of; 0 where it was not.
    pub(crate) told: Vec<u32>,
    /// For each node of the state, what made its result, or would.
    pub(crate) made: Vec<Signature>,
    /// The bytes up to the last whole record; what follows is not believed.
    pub(crate) whole: usize,
    /// The bytes that follow.
    pub(crate) torn: usize,
    /// Whether whole records stand among those: something in the middle was damaged.
    pub(crate) is_damaged: bool,
}

impl Recorded {
    /// Whether bodies ran at its end.
    pub(crate) fn has_running(&self) -> bool {
        !self.ran.is_empty()
    }

    /// The same where it is known that the process which wrote it has ended in order: what ran was left.
    pub(crate) fn left(mut self) -> Self {
        for (place, deaths) in self.ran.drain(..) {
            let node = &mut self.state.nodes[place];
            node.state.message.clear();
            node.deaths = deaths;
        }
        self
    }

    /// The run at the end of a journal that somebody writes: what runs has not died.
    pub(crate) fn driven(self) -> RunState {
        let mut state = self.state;
        for (place, deaths) in self.ran {
            let node = &mut state.nodes[place];
            node.state = State::new(StateType::Running, "");
            node.deaths = deaths;
        }
        state
    }
}

/// The run of a journal, without its nodes.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) flow: String,
    pub(crate) identity: Option<ShortDigest>,
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "`runs` shows it"))]
    pub(crate) started: Option<Timestamp>,
}

/// Reads a journal.
///
/// # Errors
///
/// If it is none, of a newer version, or says nothing yet.
pub(crate) fn replay(bytes: &[u8]) -> Result<Recorded, JournalError> {
    let mut replay = Replay::default();
    replay.read(bytes)?;
    replay.end()
}

/// Reads a journal that was written in parts, each with a header of its own.
#[derive(Default)]
pub(crate) struct Replay {
    fold: Fold,
    /// How many records have been read.
    records: usize,
    whole: usize,
    torn: usize,
    is_damaged: bool,
}

impl Replay {
    /// Reads the next part.
    ///
    /// # Errors
    ///
    /// If it is none, or of a newer version, or a record of it makes no sense.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        let mut frames = Frames::new(bytes)?;
        for payload in frames.by_ref() {
            self.records += 1;
            let told = Record::decode(payload).and_then(|record| self.fold.take(record));
            told.map_err(|what| JournalError::Record {
                number: self.records,
                what,
            })?;
        }
        self.whole += frames.end();
        self.torn += bytes.len() - frames.end();
        self.is_damaged |= frames.follow();
        Ok(())
    }

    /// What all parts together say.
    ///
    /// # Errors
    ///
    /// If they say nothing yet.
    pub(crate) fn end(self) -> Result<Recorded, JournalError> {
        let Some(end) = self.fold.end() else {
            return Err(if self.is_damaged {
                JournalError::Damaged
            } else {
                JournalError::Empty
            });
        };
        Ok(Recorded {
            state: end.state,
            ran: end.ran,
            told: end.told,
            made: end.made,
            whole: self.whole,
            torn: self.torn,
            is_damaged: self.is_damaged,
        })
    }
}

/// Reads what identifies the run of a journal, from its first bytes.
///
/// # Errors
///
/// As [`replay`].
pub(crate) fn summary(bytes: &[u8]) -> Result<Summary, JournalError> {
    let mut frames = Frames::new(bytes)?;
    let first = match frames.next() {
        Some(first) => first,
        None if frames.follow() => return Err(JournalError::Damaged),
        None => return Err(JournalError::Empty),
    };
    match Record::decode(first) {
        Ok(Record::Head(head)) => Ok(Summary {
            flow: head.flow().to_owned(),
            identity: digest(&head),
            started: head.started(),
        }),
        Ok(_) => Err(JournalError::Record {
            number: 1,
            what: "it is not the run's".to_owned(),
        }),
        Err(what) => Err(JournalError::Record { number: 1, what }),
    }
}

fn digest(head: &HeadRecord) -> Option<ShortDigest> {
    let bytes: [u8; 16] = head.identity.as_slice().try_into().ok()?;
    Some(ShortDigest::from_bytes(bytes))
}

#[derive(Default)]
struct Fold {
    head: Option<Head>,
    /// The slice that tells now, and the latest that has told anything. A process begins with what it was given, which
    /// may be of an earlier slice than the last, and may die before it says which it is itself.
    slice: u32,
    latest: u32,
    nodes: Vec<NodeState>,
    told: Vec<u32>,
    /// For each node, whether its body runs and dies with its process.
    running: Vec<bool>,
    /// For each node, whether an attempt has begun whose end was not told: one that was left on purpose may still run, and leave
    /// something.
    begun: Vec<bool>,
}

/// What the records say.
struct Folded {
    state: RunState,
    ran: Vec<(usize, u32)>,
    told: Vec<u32>,
    made: Vec<Signature>,
}

impl Fold {
    fn take(&mut self, record: Record) -> Result<(), String> {
        match record {
            Record::Head(head) => {
                digest(&head).ok_or("its identity is no digest")?;
                self.head = Some(head.read()?);
            }
            Record::Table(table) => self.table(table)?,
            Record::Opened(opened) => {
                self.bury();
                self.slice = opened.read()?;
                self.latest = self.latest.max(self.slice);
            }
            Record::Started(started) => {
                let (node, attempt) = started.read()?;
                let place = self.place(node)?;
                let node = &mut self.nodes[place];
                node.tries.attempts = attempt;
                if node.state.kind == StateType::Pending {
                    // What it has waited for.
                    node.state.message.clear();
                }
                (self.running[place], self.begun[place]) = (true, true);
                self.told[place] = self.slice;
            }
            Record::Node(node) => self.node(*node)?,
            Record::Details(left) => {
                let place = self.place(left.node)?;
                if self.begun[place] {
                    self.nodes[place].details = Some(left.details.into_vec());
                }
            }
            Record::Halted => self.running.fill(false),
        }
        Ok(())
    }

    fn place(&self, node: u32) -> Result<usize, String> {
        let place = usize::try_from(node).map_err(|error| error.to_string())?;
        let known = place < self.nodes.len();
        known
            .then_some(place)
            .ok_or_else(|| format!("there is no node {node}"))
    }

    /// Another table: nodes keep what is known of them under their slugs.
    fn table(&mut self, table: Vec<TableEntry>) -> Result<(), String> {
        self.bury();
        let mut known: std::collections::HashMap<String, (NodeState, u32)> = self
            .nodes
            .drain(..)
            .zip(self.told.drain(..))
            .map(|(node, told)| (node.slug.clone(), (node, told)))
            .collect();
        self.nodes.reserve(table.len());
        self.told.reserve(table.len());
        for entry in table {
            let (slug, task, signature) = entry.read()?;
            let (mut node, told) = known
                .remove(&slug)
                .unwrap_or_else(|| (NodeState::pending(slug, String::new()), 0));
            if node.made.is_some_and(|made| made != signature) {
                // They are of another task, or of one that reads other nodes.
                node.details = None;
            }
            node.task = task;
            node.made = Some(signature);
            self.nodes.push(node);
            self.told.push(told);
        }
        self.running = vec![false; self.nodes.len()];
        self.begun = self.running.clone();
        Ok(())
    }

    fn node(&mut self, record: NodeRecord) -> Result<(), String> {
        let place = self.place(record.node)?;
        (self.running[place], self.begun[place]) = (false, false);
        self.told[place] = self.slice;
        record.read(&mut self.nodes[place])
    }

    /// What runs has died with its process; which nodes these are, and how often they had died before.
    fn bury(&mut self) -> Vec<(usize, u32)> {
        let mut ran = Vec::new();
        self.begun.fill(false);
        for (place, (node, running)) in self.nodes.iter_mut().zip(&mut self.running).enumerate() {
            if core::mem::take(running) {
                ran.push((place, node.deaths));
                node.deaths = one_more(node.deaths);
                node.state.kind = StateType::Pending;
                node.state.message = format!("its process died in attempt {}", node.tries.attempts);
                node.not_before = None;
                // Of an end that it had before.
                node.result = None;
            }
        }
        ran
    }

    /// The run; `None` where nothing says which it is.
    fn end(mut self) -> Option<Folded> {
        let ran = self.bury();
        let mut head = self.head?;
        head.slice = self.latest;
        let made = self.nodes.iter().filter_map(|node| node.made).collect();
        for node in &mut self.nodes {
            // Only a result was made by something.
            if !node.state.kind.has_value() {
                node.made = None;
            }
        }
        let state = RunState {
            head: Some(Box::new(head)),
            nodes: self.nodes,
        };
        Some(Folded {
            state,
            ran,
            told: self.told,
            made,
        })
    }
}
