//! Slices whose process dies: the disk as it was at every moment of a slice, and what the next delivery of the same
//! message makes of it. No finished body runs again; what ran has used an attempt.

use std::fs::{self, File};
use std::sync::{Arc, Mutex, Weak};

use flow_runtime::event::Event;
use flow_runtime::{NodeInfo, Runner, State};

use crate::random::Random;
use crate::rules::hook::{self, Hook, number_of};
use crate::rules::observed::{Moment, Observed};
use crate::rules::reference::reference;
use crate::rules::script::{Pace, Script};

use super::cut::{Budgets, Cut, Deliveries};
use super::judge;
use super::place::{Kind, Place};
use super::play::{Answer, Play};
use super::wire;

/// What becomes of what was written when a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disk {
    Keeps,
    /// As no disk may: the last record is gone, though the next step was taken.
    LosesTheLast,
}

/// So often a chain of processes dies.
const LIVES: usize = 6;

/// What a process that dies leaves behind.
struct Remains {
    place: Place,
    /// What was seen until then.
    observed: Observed,
    /// The attempt in whose body it died.
    dead: Option<(usize, u32)>,
    /// The nodes whose results are written, and are not recorded.
    written: Vec<usize>,
    /// How long the journal is.
    journal: u64,
}

/// Who looks at every moment of a slice what there would be had its process died.
pub(super) struct Witness {
    observed: Weak<Observed>,
    place: Arc<Place>,
    run: String,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// The attempt whose body runs, or has run and is not recorded.
    running: Option<(usize, u32)>,
    remains: Vec<Remains>,
    error: Option<String>,
}

impl Witness {
    fn new(observed: &Arc<Observed>, place: &Arc<Place>, message: &str) -> Result<Arc<Self>, String> {
        let run = wire::run_of(message)?;
        let witness = Arc::new(Self {
            observed: Arc::downgrade(observed),
            place: Arc::clone(place),
            run,
            seen: Mutex::default(),
        });
        let of_bodies = Arc::clone(&witness);
        let told = move |moment| match moment {
            Moment::Begun(node, attempt) => of_bodies.look(|_| Some((node, attempt))),
            Moment::Done => of_bodies.look(|running| running),
        };
        let is_first = observed.moments.set(Box::new(told)).is_ok();
        assert!(is_first, "one looks");
        Ok(witness)
    }

    /// Has a runner tell when hooks are asked and nodes are recorded.
    pub(super) fn watch(self: &Arc<Self>, mut runner: Runner, hooks: bool) -> Runner {
        if hooks {
            let of_hooks = Arc::clone(self);
            runner = runner.on_state(move |_: &NodeInfo<'_>, _: &State, _: &State| {
                of_hooks.look(|running| running);
            });
        }
        let of_records = Arc::clone(self);
        runner.reader(move |event: &Event<'_>| {
            let (Event::NodeEnded { node, .. } | Event::NodeWaits { node, .. }) = event else {
                return;
            };
            let index = number_of(node.name);
            of_records.look(|running| running.filter(|(node, _)| *node != index));
        })
    }

    fn look(&self, running: impl FnOnce(Option<(usize, u32)>) -> Option<(usize, u32)>) {
        let mut seen = self.seen.lock().unwrap();
        seen.running = running(seen.running);
        let Some(observed) = self.observed.upgrade() else {
            return;
        };
        match Remains::of(&self.place, &observed, seen.running, &self.run) {
            Ok(remains) => seen.remains.push(remains),
            Err(error) => seen.error = Some(error),
        }
    }

    /// What was seen, the first first.
    fn remains(&self) -> Result<Vec<Remains>, String> {
        let mut seen = self.seen.lock().unwrap();
        match seen.error.take() {
            None => Ok(std::mem::take(&mut seen.remains)),
            Some(error) => Err(error),
        }
    }
}

impl Remains {
    fn of(place: &Place, observed: &Observed, dead: Option<(usize, u32)>, run: &str) -> Result<Self, String> {
        let place = place.copy().map_err(|error| error.to_string())?;
        let journal = place.journal(run).and_then(|journal| fs::metadata(journal).ok());
        Ok(Self {
            place,
            observed: observed.copy(),
            dead,
            written: Vec::new(),
            journal: journal.map_or(0, |journal| journal.len()),
        })
    }

    fn copy(&self, run: &str) -> Result<Self, String> {
        let mut copy = Self::of(&self.place, &self.observed, None, run)?;
        copy.dead = self.dead;
        Ok(copy)
    }

    /// The script whose process has died so.
    fn script(&self, before: &Script) -> Script {
        let mut script = before.clone();
        if let Some((node, attempt)) = self.dead {
            script.nodes[node].died.push(attempt);
        }
        let fates = reference(before, None);
        for &node in &self.written {
            // Its attempt came as far as that, whether or not a body was in it.
            let last = fates[node].changes.last().map_or(1, |change| change.attempt);
            let is_dead = self.dead.is_some_and(|(dead, _)| dead == node);
            let from = last + u32::from(is_dead);
            script.nodes[node].found = fates[node].value.map(|value| (from, value));
        }
        script
    }
}

/// The nodes whose targets are in a place.
fn written(script: &Script, place: &Place) -> Result<Vec<usize>, String> {
    let mut written = Vec::new();
    for (node, of) in script.nodes.iter().enumerate() {
        let file = format!("{}.json", Hook::node_name(of.own.as_ref(), node));
        if of.target().is_some() && place.holds(&file).map_err(|error| error.to_string())? {
            written.push(node);
        }
    }
    Ok(written)
}

/// A flow whose bodies run one after the other, and how it is cut where its process dies.
pub(super) fn suited(script: &mut Script, cut: &mut Cut) {
    script.manner.jobs = 1;
    script.manner.at_most = None;
    // Who dies has told hooks of changes that are not recorded.
    script.manner.is_watched = false;
    for node in &mut script.nodes {
        node.asynchronous = false;
        node.pace = Pace::AtOnce;
    }
    cut.has_files = false;
    if !cut.kind.is_recorded() {
        cut.kind = [Kind::Store, Kind::Directory][usize::from(cut.seed.is_multiple_of(2))];
    }
    if matches!(
        cut.budgets,
        Budgets::OneAndAll | Budgets::Time | Budgets::TimeAndTasks
    ) {
        cut.budgets = Budgets::Few;
    }
}

/// Whether a slice of the script that dies at any moment is gone on with as the reference says.
///
/// # Errors
///
/// The first difference.
pub(super) fn agrees(script: &Script, cut: Cut, disk: Disk) -> Result<(), String> {
    if reference(script, None).iter().any(|fate| fate.is_endless) {
        return Ok(());
    }
    let mut random = Random::new(cut.seed);
    let Some((messages, before)) = start(script, cut, &mut random)? else {
        return Ok(());
    };
    let message = messages.last().ok_or("there was a slice")?;
    let run = wire::run_of(message)?;
    let hooks = random.one_in(2);
    let mut remains = vec![before.copy(&run)?];
    remains.extend(lives(script, cut, before.copy(&run)?, message, hooks)?);
    for place in 0..remains.len() {
        let left = remains[place].copy(&run)?;
        goes_on(script, cut, left, &messages).map_err(|error| died(&remains[place], "", &error))?;
        if place > 0
            && let Some(mut torn) = torn(&remains[place - 1], &remains[place], &run, &mut random)?
        {
            if disk == Disk::LosesTheLast {
                let written = remains[place].copy(&run)?;
                (torn.dead, torn.observed, torn.written) = (written.dead, written.observed, Vec::new());
            }
            goes_on(script, cut, torn, &messages)
                .map_err(|error| died(&remains[place - 1], " as it wrote", &error))?;
        }
    }
    dies_again(script, cut, before, &messages, &mut random)
}

fn died(remains: &Remains, how: &str, error: &str) -> String {
    format!("a process died{how} in {:?}, and then: {error}", remains.dead)
}

/// Some slices that nothing disturbs, and the messages that they sent, the last of which is to come again; `None` where
/// the run has ended.
fn start(script: &Script, cut: Cut, random: &mut Random) -> Result<Option<(Vec<String>, Remains)>, String> {
    let observed = Arc::new(Observed::new(script.clone(), script.build()));
    let new = || Place::new(cut.kind).map_err(|error| error.to_string());
    let mut play = Play::new(script, cut, Arc::clone(&observed), new()?);
    let mut message = None;
    for _ in 0..=random.below(3) {
        match play.deliver(message.as_deref(), false)? {
            Answer::Finished(ended) => {
                let _ = hook::missed_in(ended.state.run_id().unwrap_or_default());
                return Ok(None);
            }
            Answer::Again { state, .. } => message = Some(play.send(&state)?),
        }
    }
    let message = message.ok_or("there was a slice")?;
    let run = wire::run_of(&message)?;
    let mut messages = play.messages;
    if random.one_in(3) {
        // From the very start: the run has its message, and nothing is recorded.
        let first = wire::unstarted(&message)?;
        let observed = Observed::new(script.clone(), observed.spec);
        let remains = Remains::of(&new()?, &observed, None, &run)?;
        return Ok(Some((vec![first], remains)));
    }
    let remains = Remains::of(&play.place, &observed, None, &run)?;
    if random.one_in(3) {
        // It is an old message that kills.
        let old = random.below(messages.len());
        let old = messages.swap_remove(old);
        messages.push(old);
    }
    Ok(Some((messages, remains)))
}

/// One delivery, and what there was at each of its moments.
fn lives(
    script: &Script,
    cut: Cut,
    from: Remains,
    message: &str,
    hooks: bool,
) -> Result<Vec<Remains>, String> {
    let observed = Arc::new(from.observed);
    let mut play = Play::new(script, cut, Arc::clone(&observed), from.place);
    let witness = Witness::new(&observed, &play.place, message)?;
    play.watched_by(Arc::clone(&witness), hooks);
    play.deliver(Some(message), false)?;
    witness.remains()
}

/// What is left of `to` had its process died as it wrote what is new in its journal since `from`.
fn torn(from: &Remains, to: &Remains, run: &str, random: &mut Random) -> Result<Option<Remains>, String> {
    let new = to.journal.saturating_sub(from.journal);
    let Some(journal) = to.place.journal(run).filter(|_| new > 0) else {
        return Ok(None);
    };
    let at = from.journal + random.below(usize::try_from(new).expect("short")) as u64;
    let script = &to.observed.script;
    let mut new_files = written(script, &to.place)?;
    let old_files = written(script, &from.place)?;
    new_files.retain(|node| !old_files.contains(node));
    let mut torn = Remains {
        dead: from.dead,
        written: new_files,
        ..Remains::of(&to.place, &from.observed, None, run)?
    };
    let journal = torn.place.journal(run).unwrap_or(journal);
    let cut = File::options()
        .write(true)
        .open(journal)
        .and_then(|journal| journal.set_len(at));
    cut.map_err(|error| error.to_string())?;
    // That a body began may be recorded, and what it left then not.
    if let Some((node, attempt)) = to.dead.filter(|_| to.dead != from.dead)
        // Nor may be which run it is.
        && let Ok(state) = torn.place.runner().recorded(run)
        && (state.nodes().nth(node)).is_some_and(|node| node.attempts() == attempt)
    {
        (torn.dead, torn.observed) = (to.dead, to.observed.copy());
        torn.observed.forgets(node);
    }
    Ok(Some(torn))
}

/// Whether the run goes on from what is left, as the last of the messages comes again.
fn goes_on(script: &Script, cut: Cut, left: Remains, messages: &[String]) -> Result<(), String> {
    let script = left.script(script);
    let fates = reference(&script, None);
    if fates.iter().any(|fate| fate.is_endless) {
        return Ok(());
    }
    let mut play = Play::new(&script, cut, Arc::new(left.observed), left.place);
    play.messages = messages.to_vec();
    let last = messages.last().ok_or("there was a slice")?;
    let ended = play.finish(Some(last.clone()))?;
    let _ = hook::missed_in(&wire::run_of(last)?);
    judge::came_to(&script, &fates, &ended, &play.observed)
}

/// The same where every process dies but the last.
fn dies_again(
    script: &Script,
    cut: Cut,
    before: Remains,
    messages: &[String],
    random: &mut Random,
) -> Result<(), String> {
    let (mut script, mut left) = (script.clone(), before);
    let message = messages.last().ok_or("there was a slice")?;
    let run = wire::run_of(message)?;
    for _ in 0..random.below(LIVES) {
        let base = left.copy(&run)?;
        let mut remains = lives(&script, cut, left, message, false)?;
        if remains.is_empty() {
            left = base;
            break;
        }
        left = remains.swap_remove(random.below(remains.len()));
        script = left.script(&script);
        left.dead = None;
    }
    let how = |error| format!("several processes died: {error}\n{script}");
    let cut = Cut {
        deliveries: Deliveries::Twice,
        ..cut
    };
    goes_on(&script, cut, left, messages).map_err(how)
}
