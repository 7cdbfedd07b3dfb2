//! Runs, kills and checks, over and over: one campaign.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use flow_runtime::Flow;
use tempfile::TempDir;

use crate::autopsy::{Commit, Left, Violation, inspect};
use crate::expected::{Target, targets};
use crate::random::Random;
use crate::steps::killed;

const SIGKILL: i32 = 9;

/// What a campaign has seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) kills: u32,
    /// Runs that came to their end, all results right.
    pub(crate) completed: u32,
    /// Deaths that left a target between its file and its record.
    pub(crate) windows: u32,
    /// Of those, targets that the next run said to have recognised.
    pub(crate) recovered: u32,
    /// Targets found with an intent and without their new file.
    pub(crate) intended: u32,
    /// Recorded successes that a later run found.
    pub(crate) kept: u32,
    /// Unfinished files that a death left behind.
    pub(crate) leftovers: u32,
}

/// When to kill.
#[derive(Debug, Clone)]
enum Aim {
    /// After this time.
    After(Duration),
    /// As soon as this file is there, or is another one.
    AtSightOf(PathBuf),
}

/// One store and what is known of it.
pub(crate) struct Campaign {
    mode: &'static str,
    random: Random,
    directory: TempDir,
    store: PathBuf,
    stores: u32,
    salt: u64,
    now: Vec<Target>,
    /// Of the last completed run on this store.
    before: Option<Vec<Target>>,
    left: Left,
    /// How long a run takes that nobody kills.
    span: Duration,
    pub(crate) tally: Tally,
}

impl Campaign {
    /// A campaign against the program in this mode.
    pub(crate) fn new(mode: &'static str, seed: u64) -> Result<Self, Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        let mut campaign = Self {
            mode,
            random: Random::new(seed),
            store: directory.path().join("0"),
            directory,
            stores: 0,
            salt: 0,
            now: targets(0),
            before: None,
            left: Left::new(),
            span: Duration::ZERO,
            tally: Tally::default(),
        };
        let begin = Instant::now();
        let output = campaign.start()?.wait_with_output()?;
        campaign.span = begin.elapsed();
        campaign
            .ended(&output)?
            .map_err(|violation| format!("an undisturbed run: {violation:?}"))?;
        campaign.tally = Tally::default();
        campaign.next_run();
        Ok(campaign)
    }

    /// Runs once, and kills it or not; what was found.
    pub(crate) fn round(&mut self) -> Result<Result<(), Violation>, Box<dyn Error>> {
        let aim = self.aim();
        fs::write(self.log(), "")?;
        let mut child = self.start()?;
        wait_for(&mut child, &aim)?;
        // Sent to a process that has ended it does nothing, and the status says how it ended.
        child.kill()?;
        let output = child.wait_with_output()?;
        if output.status.signal() != Some(SIGKILL) {
            let checked = self.ended(&output)?;
            self.next_run();
            return Ok(checked);
        }
        self.tally.kills += 1;
        if let Err(violation) = self.check_log(false)? {
            return Ok(Err(violation));
        }
        let left = match inspect(&self.store, &self.now, self.before.as_deref())? {
            Ok(left) => left,
            Err(violation) => return Ok(Err(violation)),
        };
        if let Err(violation) = ordered(&left) {
            return Ok(Err(violation));
        }
        let count = |commit| u32::try_from(left.values().filter(|left| **left == commit).count());
        self.tally.windows += u32::from(count(Commit::Placed)? > 0);
        self.tally.intended += count(Commit::Intended)?;
        self.left = left;
        self.spoil_leftovers()?;
        Ok(Ok(()))
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(env!("CARGO_BIN_EXE_crash-program"))
            .arg(self.mode)
            .arg(&self.store)
            .arg(self.salt.to_string())
            .env("CRASH_LOG", self.log())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn aim(&mut self) -> Aim {
        let target = &self.now[self.random.below(self.now.len())];
        let file = match self.random.below(4) {
            // A commit takes moments of a run: a shot in the dark seldom hits one.
            0 => self.store.join(target.path),
            1 => self.store.join(target.record()),
            _ => {
                let share = self.random.below(1100);
                #[allow(clippy::cast_possible_truncation, reason = "at most 1100")]
                return Aim::After(self.span * share as u32 / 1000);
            }
        };
        Aim::AtSightOf(file)
    }

    /// Checks a run that nobody killed.
    fn ended(&mut self, output: &Output) -> Result<Result<(), Violation>, Box<dyn Error>> {
        let wrong = |what: String| Ok(Err(Violation::WrongEnd { what }));
        if !output.status.success() {
            return wrong(format!(
                "{}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        if let Err(violation) = self.check_log(true)? {
            return Ok(Err(violation));
        }
        let left = match inspect(&self.store, &self.now, self.before.as_deref())? {
            Ok(left) => left,
            Err(violation) => return Ok(Err(violation)),
        };
        if let Some((node, commit)) = left.iter().find(|(_, commit)| **commit != Commit::Recorded) {
            return wrong(format!("{node} is {commit:?}"));
        }
        self.tally.completed += 1;
        Ok(Ok(()))
    }

    /// Holds what the run did against what its predecessor had left.
    fn check_log(&mut self, whole: bool) -> Result<Result<(), Violation>, Box<dyn Error>> {
        let log = fs::read_to_string(self.log())?;
        let mut ran: BTreeMap<&str, u32> = BTreeMap::new();
        let mut ended: BTreeMap<&str, u32> = BTreeMap::new();
        for line in log.lines() {
            let mut words = line.splitn(3, ' ');
            let (Some(word), Some(node)) = (words.next(), words.next()) else {
                return Err(format!("a line of the log is no line: {line}").into());
            };
            let was = self.left.get(node).copied().unwrap_or(Commit::Nothing);
            let times = if word == "run" {
                ran.entry(node)
            } else {
                ended.entry(node)
            }
            .or_default();
            *times += 1;
            let (node, line) = (node.to_owned(), line.to_owned());
            if *times > 1 || (word == "run" && was >= Commit::Placed) {
                return Ok(Err(Violation::RanAgain { node, was }));
            }
            if word == "run" {
                continue;
            }
            let how = words.next().unwrap_or_default();
            let right = match was {
                Commit::Recorded => how.starts_with("Cached unchanged since run "),
                Commit::Placed => how.starts_with("Cached finished by run ") && how.contains("died"),
                Commit::Nothing | Commit::Intended => how.starts_with("Success"),
            };
            if !right {
                return Ok(Err(Violation::WronglyEnded { node, was, line }));
            }
            self.tally.recovered += u32::from(was == Commit::Placed);
            self.tally.kept += u32::from(was == Commit::Recorded);
        }
        if whole && ended.len() != self.now.len() {
            let what = format!("{} of {} nodes ended", ended.len(), self.now.len());
            return Ok(Err(Violation::WrongEnd { what }));
        }
        Ok(Ok(()))
    }

    /// Fills what the dead process left unfinished with something else: whoever reads it is found out.
    fn spoil_leftovers(&mut self) -> io::Result<()> {
        let directory = self.store.join(".flow/tmp");
        if !directory.exists() {
            return Ok(());
        }
        for leftover in fs::read_dir(directory)? {
            fs::write(leftover?.path(), "spoilt")?;
            self.tally.leftovers += 1;
        }
        Ok(())
    }

    /// Another run: on a new store, or with other values on this one, whose targets are then replaced.
    fn next_run(&mut self) {
        self.salt += 1;
        let last = std::mem::replace(&mut self.now, targets(self.salt));
        self.before = Some(last);
        self.left.clear();
        if self.random.below(3) == 0 {
            // Best effort: the directory around it goes at the end.
            let _ = fs::remove_dir_all(&self.store);
            self.stores += 1;
            self.store = self.directory.path().join(self.stores.to_string());
            self.before = None;
        }
    }
}

/// Waits until the aim is reached or the process has ended.
fn wait_for(child: &mut Child, aim: &Aim) -> io::Result<()> {
    match aim {
        Aim::After(time) => sleep(*time),
        Aim::AtSightOf(file) => {
            let first = identity(file);
            while identity(file) == first {
                if child.try_wait()?.is_some() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Which file this is; a rename puts another one in its place.
fn identity(file: &Path) -> Option<(u64, i64)> {
    fs::metadata(file)
        .ok()
        .map(|metadata| (metadata.ino(), metadata.ctime_nsec()))
}

/// No node is recorded before what it depends on is at least in its place.
fn ordered(left: &Left) -> Result<(), Violation> {
    let nodes = killed::SPEC.nodes;
    for node in nodes {
        if left.get(node.name) < Some(&Commit::Placed) {
            continue;
        }
        for upstream in node.edges.iter().map(|edge| nodes[edge.node].name) {
            if left.get(upstream) < Some(&Commit::Placed) {
                let (node, upstream) = (node.name.to_owned(), upstream.to_owned());
                return Err(Violation::RecordedBeforeUpstream { node, upstream });
            }
        }
    }
    Ok(())
}
