//! Plays a case, and compares what happened with what each item by itself must come to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use flow_runtime::event::Event;
use flow_runtime::store::{Blocking, MemoryStore};
use flow_runtime::{Budget, Durability, Flow, Run, RunState, Runner, Slice, StateType};
use tempfile::TempDir;

use super::flow::{called, keyed, numbered};
use super::script::{Fate, Item, Script};
use crate::random::Random;

/// A driver that does it wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Broken {
    /// What a slice has published of children is lost.
    ForgetsChildren,
}

/// No case takes so many slices.
const MOST_SLICES: usize = 400;

pub(super) fn at_once(script: &Script) -> Result<(), String> {
    let case = script.case;
    let runner = Runner::in_memory().jobs(script.jobs);
    let run = runner.clone().run_to_end(numbered(script.items.clone()));
    agrees(script, &run.map_err(|error| error.to_string())?)?;
    ran(script, &called(case))?;
    let run = runner.run_to_end(keyed(script.items.clone()));
    agrees(script, &run.map_err(|error| error.to_string())?)?;
    ran(script, &called(case))
}

/// Where slices find what earlier ones have done.
enum Place {
    /// In the message alone.
    Memory,
    /// In a directory that keeps no journal: the message says where.
    Unrecorded(TempDir),
    Directory(TempDir),
    /// In a store that keeps its runs itself.
    Store(MemoryStore),
}

impl Place {
    fn random(random: &mut Random) -> Self {
        let directory = || tempfile::tempdir().expect("a directory");
        match random.below(4) {
            0 => Self::Memory,
            1 => Self::Unrecorded(directory()),
            2 => Self::Directory(directory()),
            _ => Self::Store(MemoryStore::new()),
        }
    }

    fn runner(&self) -> Runner {
        match self {
            Self::Memory => Runner::in_memory(),
            Self::Unrecorded(root) => Runner::new().store(root.path()).durability(Durability::None),
            Self::Directory(root) => Runner::new().store(root.path()),
            Self::Store(store) => Runner::new().store_in(Blocking::new(store.clone())),
        }
    }
}

pub(super) fn in_slices(script: &Script, random: &mut Random, broken: Option<Broken>) -> Result<(), String> {
    let case = script.case;
    let place = Place::random(random);
    let mut state: Option<String> = None;
    for _ in 0..MOST_SLICES {
        let budget = Budget::tasks(1 + u32::try_from(random.below(5)).expect("few"));
        let runner = place.runner().jobs(script.jobs);
        let slice = match &state {
            None => runner.slice(numbered(script.items.clone()), budget),
            Some(json) => {
                let mut published: RunState = json.parse().map_err(|error| format!("{error}"))?;
                if let Some(Broken::ForgetsChildren) = broken {
                    published = json
                        .replace("\"inline\"", "\"lost\"")
                        .replace("\"location\"", "\"lost\"")
                        .parse()
                        .map_err(|error| format!("{error}"))?;
                }
                let restored = numbered::restore(published).map_err(|error| error.to_string())?;
                runner.slice(restored, budget)
            }
        };
        match slice.map_err(|error| error.to_string())? {
            Slice::Finished(run) => {
                agrees(script, &run)?;
                return ran(script, &called(case));
            }
            Slice::CallAgain { state: left, .. } => state = Some(left.to_json()),
        }
    }
    Err("it does not come to an end".to_owned())
}

/// What the disk held at a moment, and the children that had ended.
type Remains = (TempDir, Vec<String>);

pub(super) fn through_deaths(script: &Script, random: &mut Random) -> Result<(), String> {
    let case = script.case;
    let root = tempfile::tempdir().map_err(|error| error.to_string())?;
    // What the disk held when a node had ended, and which children had.
    let remains: Arc<Mutex<Vec<Remains>>> = Arc::default();
    let (seen, place) = (Arc::clone(&remains), root.path().to_owned());
    let ended: Mutex<Vec<String>> = Mutex::default();
    let every = 1 + random.below(6);
    let reader = move |event: &Event<'_>| {
        let Event::NodeEnded { slug, state, .. } = event else {
            return;
        };
        let mut ended = ended.lock().unwrap();
        if state.kind == StateType::Success {
            ended.push((*slug).to_owned());
        }
        if ended.len().is_multiple_of(every) {
            let copy = tempfile::tempdir().expect("a directory");
            copy_files(&place, copy.path());
            seen.lock().unwrap().push((copy, ended.clone()));
        }
    };
    let runner = |root: &Path| Runner::new().store(root).jobs(script.jobs);
    // A slice: what depends on a child waits until its end is safe.
    let slice = runner(root.path())
        .reader(reader)
        .slice(numbered(script.items.clone()), Budget::tasks(100_000));
    let run = finished(slice.map_err(|error| error.to_string())?)?;
    agrees(script, &run)?;
    ran(script, &called(case))?;
    let id = run.id().to_string();
    drop(run);
    let remains = std::mem::take(&mut *remains.lock().unwrap());
    for (copy, ended) in remains {
        let runner = runner(copy.path());
        let state = runner.recorded(&id).map_err(|error| error.to_string())?;
        let restored = numbered::restore(state).map_err(|error| error.to_string())?;
        let slice = runner
            .slice(restored, Budget::tasks(100_000))
            .map_err(|error| error.to_string())?;
        agrees(script, &finished(slice)?).map_err(|error| format!("after {ended:?}: {error}"))?;
        let again = called(case);
        for (index, item) in script.items.iter().enumerate() {
            for (stage, name) in ["a", "b"].into_iter().enumerate() {
                let has_ended = ended.contains(&format!("{name}[{index}]"));
                if has_ended && again.contains_key(&(stage, item.key.clone())) {
                    return Err(format!("`{name}[{index}]` had ended, and ran again"));
                }
            }
        }
    }
    Ok(())
}

fn finished<F: Flow>(slice: Slice<F>) -> Result<Run<F>, String> {
    match slice {
        Slice::Finished(run) => Ok(run),
        Slice::CallAgain { .. } => Err("something is left".to_owned()),
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir(&to).expect("a new directory");
            copy_files(&entry.path(), &to);
        } else if let Err(error) = fs::copy(entry.path(), &to) {
            // One that is on its way to its name.
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
        }
    }
}

pub(super) fn edited(script: &Script, random: &mut Random) -> Result<(), String> {
    let case = script.case;
    let root = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runner = Runner::new().store(root.path()).jobs(script.jobs);
    let run = runner
        .run_to_end(keyed(script.items.clone()))
        .map_err(|error| error.to_string())?;
    agrees(script, &run)?;
    ran(script, &called(case))?;
    let edited = edit(script, random);
    let run = runner
        .run_to_end(keyed(edited.items.clone()))
        .map_err(|error| error.to_string())?;
    agrees(&edited, &run)?;
    let again = called(case);
    for item in &edited.items {
        let was_there = script.items.contains(item);
        for stage in 0..2 {
            let wanted = match (was_there, item.fate(stage)) {
                // Its target is there, made of the same item.
                (true, Fate::Succeeds) => 0,
                _ => item.attempts(stage),
            };
            let found = again.get(&(stage, item.key.clone())).copied().unwrap_or(0);
            if found != wanted {
                return Err(format!(
                    "the child of {:?} in stage {stage} ran {found} times, not {wanted}; it was there: {was_there}",
                    item.key
                ));
            }
        }
    }
    Ok(())
}

/// The same items, some removed, some added, one changed, in another order.
fn edit(script: &Script, random: &mut Random) -> Script {
    let case = script.case;
    let mut items: Vec<Item> = script
        .items
        .iter()
        .filter(|_| !random.one_in(4))
        .cloned()
        .collect();
    for number in 100..100 + random.below(3) {
        items.push(Item::random(case, number, 6, random));
    }
    if !items.is_empty() && random.one_in(2) {
        let changed = random.below(items.len());
        // What it comes to is not another for it, but its digest is.
        items[changed].panics = !items[changed].panics;
    }
    let order = random.order(items.len());
    Script {
        items: order.into_iter().map(|place| items[place].clone()).collect(),
        jobs: script.jobs,
        case,
    }
}

/// That a run came to what its items must come to.
fn agrees<F: Flow<Output = Vec<String>>>(script: &Script, run: &Run<F>) -> Result<(), String> {
    let states: BTreeMap<&str, StateType> =
        run.nodes().map(|(node, state)| (node.name, state.kind)).collect();
    let failed = script.items.iter().any(|item| item.fate(0) == Fate::Fails);
    let a = if failed {
        StateType::Failed
    } else {
        StateType::Mapped
    };
    let wanted = [
        ("a", a),
        ("b", StateType::Mapped),
        ("counted", StateType::Success),
        ("told", StateType::Success),
    ];
    for (node, wanted) in wanted {
        if states[node] != wanted {
            let (_, state) = run.nodes().find(|(of, _)| of.name == node).expect("a node");
            return Err(format!("`{node}` is {state}, not {wanted}"));
        }
    }
    if *run.output() != script.told() {
        return Err(format!("told {:?}, not {:?}", run.output(), script.told()));
    }
    Ok(())
}

/// That every body ran as often as it must, and no more.
fn ran(script: &Script, called: &BTreeMap<(usize, String), u32>) -> Result<(), String> {
    for item in &script.items {
        for stage in 0..2 {
            let found = called.get(&(stage, item.key.clone())).copied().unwrap_or(0);
            let wanted = item.attempts(stage);
            if found != wanted {
                return Err(format!(
                    "the child of {:?} in stage {stage} ran {found} times, not {wanted}",
                    item.key
                ));
            }
        }
    }
    let all: usize = called
        .values()
        .map(|count| usize::try_from(*count).expect("few"))
        .sum();
    if all != script.bodies() {
        return Err(format!("{all} bodies ran, not {}", script.bodies()));
    }
    Ok(())
}
