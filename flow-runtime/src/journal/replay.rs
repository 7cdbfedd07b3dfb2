//! From the records of a journal to the run state at its end.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::JournalError;
use super::frame::Frames;
use super::head::HeadRecord;
use super::record::{ChildrenMade, NodeRecord, Record, TableEntry};
use crate::digest::ShortDigest;
use crate::state::{
    Head, NodeState, RecordedChild, RecordedChildren, RunState, Signature, State, StateType, one_more,
};

/// What a journal says.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// The run at the end of the journal. What ran when the process died is Pending, and has used an attempt.
    pub(crate) state: RunState,
    /// The nodes whose bodies ran at its end, by their place, with the deaths that they had before.
    ran: Vec<Ran>,
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
        for ran in core::mem::take(&mut self.ran) {
            if let Some(node) = ran.of(&mut self.state) {
                node.state.message.clear();
                node.deaths = ran.deaths;
            }
        }
        self
    }

    /// The run at the end of a journal that somebody writes: what runs has not died.
    pub(crate) fn driven(self) -> RunState {
        let mut state = self.state;
        for ran in self.ran {
            if let Some(node) = ran.of(&mut state) {
                node.state = State::new(StateType::Running, "");
                node.deaths = ran.deaths;
            }
        }
        state
    }
}

/// A node whose body ran when its process died.
#[derive(Debug)]
struct Ran {
    place: usize,
    child: Option<u64>,
    /// How often it had died before.
    deaths: u32,
}

impl Ran {
    /// What the state says of it.
    fn of<'a>(&self, state: &'a mut RunState) -> Option<&'a mut NodeState> {
        let node = &mut state.nodes[self.place];
        let Some(child) = self.child else {
            return Some(node);
        };
        let children = state.children.get_mut(&node.slug)?;
        children.states.get_mut(&child).map(|child| &mut child.state)
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
pub(super) struct Fold {
    head: Option<Head>,
    /// The slice that tells now, and the latest that has told anything. A process begins with what it was given, which
    /// may be of an earlier slice than the last, and may die before it says which it is itself.
    slice: u32,
    latest: u32,
    nodes: Vec<NodeState>,
    told: Vec<u32>,
    /// For each node, its children.
    children: Vec<Option<Box<Family>>>,
    /// For each node, whether its body runs and dies with its process.
    running: Vec<bool>,
    /// For each node, whether an attempt has begun whose end was not told: one that was left on purpose may still run, and leave
    /// something.
    begun: Vec<bool>,
}

/// The children of a `for`.
#[derive(Default)]
struct Family {
    children: RecordedChildren,
    /// Those whose body runs and dies with its process.
    running: BTreeSet<u64>,
    /// Those of which an attempt has begun whose end was not told.
    begun: BTreeSet<u64>,
}

/// What the records say.
struct Folded {
    state: RunState,
    ran: Vec<Ran>,
    told: Vec<u32>,
    made: Vec<Signature>,
}

impl Fold {
    pub(super) fn take(&mut self, record: Record) -> Result<(), String> {
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
            Record::Children(made) => self.children(&made)?,
            Record::Started(started) => {
                let (attempt, place) = (started.read()?, self.place(started.node)?);
                let node = if let Some(child) = started.child {
                    let family = self.family(place);
                    family.running.insert(child);
                    family.begun.insert(child);
                    family.child(child, None)
                } else {
                    (self.running[place], self.begun[place]) = (true, true);
                    self.told[place] = self.slice;
                    &mut self.nodes[place]
                };
                node.tries.attempts = attempt;
                if node.state.kind == StateType::Pending {
                    // What it has waited for.
                    node.state.message.clear();
                }
            }
            Record::Node(node) => self.node(*node)?,
            Record::Details(left) => {
                let place = self.place(left.node)?;
                let details = Some(left.details.into_vec());
                match left.child {
                    Some(child) => {
                        let family = self.family(place);
                        if family.begun.contains(&child) {
                            family.child(child, None).details = details;
                        }
                    }
                    None if self.begun[place] => self.nodes[place].details = details,
                    None => {}
                }
            }
            Record::Halted => {
                self.running.fill(false);
                for family in self.children.iter_mut().flatten() {
                    family.running.clear();
                }
            }
        }
        Ok(())
    }

    /// The children of a node.
    fn family(&mut self, place: usize) -> &mut Family {
        let made = self.nodes[place].made;
        let family = self.children[place].get_or_insert_default();
        // What is told now is of the flow as it is now.
        family.children.made = made;
        family
    }

    fn children(&mut self, made: &ChildrenMade) -> Result<(), String> {
        let place = self.place(made.node)?;
        if made.forgets {
            self.children[place] = None;
            return Ok(());
        }
        let family = self.family(place);
        family.children.opened(made.total, made.digest());
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
        let children = self.children.drain(..);
        let mut known: HashMap<String, (NodeState, u32, Option<Box<Family>>)> = self
            .nodes
            .drain(..)
            .zip(self.told.drain(..))
            .zip(children)
            .map(|((node, told), children)| (node.slug.clone(), (node, told, children)))
            .collect();
        self.nodes.reserve(table.len());
        self.told.reserve(table.len());
        for entry in table {
            let (slug, task, signature) = entry.read()?;
            let (mut node, told, children) = known
                .remove(&slug)
                .unwrap_or_else(|| (NodeState::pending(slug, String::new()), 0, None));
            if node.made.is_some_and(|made| made != signature) {
                // They are of another task, or of one that reads other nodes.
                node.details = None;
            }
            node.task = task;
            node.made = Some(signature);
            self.nodes.push(node);
            self.told.push(told);
            self.children.push(children);
        }
        self.running = vec![false; self.nodes.len()];
        self.begun = self.running.clone();
        Ok(())
    }

    fn node(&mut self, record: NodeRecord) -> Result<(), String> {
        let place = self.place(record.node)?;
        if let Some(child) = record.child {
            let family = self.family(place);
            family.running.remove(&child);
            family.begun.remove(&child);
            let key = record.key.clone();
            return record.read(family.child(child, key));
        }
        (self.running[place], self.begun[place]) = (false, false);
        self.told[place] = self.slice;
        record.read(&mut self.nodes[place])
    }

    /// What runs has died with its process; which nodes these are, and how often they had died before.
    fn bury(&mut self) -> Vec<Ran> {
        let mut ran = Vec::new();
        self.begun.fill(false);
        for (place, (node, running)) in self.nodes.iter_mut().zip(&mut self.running).enumerate() {
            if core::mem::take(running) {
                ran.push(Ran {
                    place,
                    child: None,
                    deaths: node.deaths,
                });
                died(node);
            }
        }
        for (place, family) in self.children.iter_mut().enumerate() {
            let Some(family) = family else { continue };
            family.begun.clear();
            for child in core::mem::take(&mut family.running) {
                let node = family.child(child, None);
                ran.push(Ran {
                    place,
                    child: Some(child),
                    deaths: node.deaths,
                });
                died(node);
            }
        }
        ran
    }

    /// The children of the first node, where there is nothing else.
    pub(super) fn only_children(mut self) -> Option<RecordedChildren> {
        self.bury();
        let family = self.children.into_iter().next().flatten()?;
        Some(family.children)
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
        let children = self.children.into_iter().zip(&self.nodes);
        let children = children.filter_map(|(family, node)| {
            let mut children = family?.children;
            children.is_recorded = true;
            Some((node.slug.clone(), children))
        });
        let state = RunState {
            children: children.collect(),
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

impl Family {
    /// What is known of a child.
    fn child(&mut self, child: u64, key: Option<String>) -> &mut NodeState {
        let known = self.children.states.entry(child);
        let known = known.or_insert_with(|| RecordedChild {
            key: None,
            state: NodeState::pending("", ""),
        });
        if key.is_some() {
            known.key = key;
        }
        &mut known.state
    }
}

/// A node's process has died in its body.
fn died(node: &mut NodeState) {
    node.deaths = one_more(node.deaths);
    node.state.kind = StateType::Pending;
    node.state.message = format!("its process died in attempt {}", node.tries.attempts);
    node.not_before = None;
    // Of an end that it had before.
    node.result = None;
}
