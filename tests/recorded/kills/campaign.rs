//! Starts, kills and checks, over and over: one campaign.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use flow_runtime::RunsError;
use flow_runtime::state::RunState;

use super::current::Current;
use super::random::Random;
use super::tally::{Manner, Tally};
use super::witnesses::{PASSING, Violation, Witnesses};
use crate::side;

const SIGKILL: i32 = 9;

/// What came of one round.
type Round = Result<(), Violation>;

/// A campaign against one program.
pub(crate) struct Campaign {
    manner: Manner,
    random: Random,
    current: Current,
    /// How long a process takes that nobody kills.
    span: Duration,
    pub(crate) tally: Tally,
}

impl Campaign {
    pub(crate) fn new(manner: Manner, seed: u64) -> Result<Self, Box<dyn Error>> {
        let mut campaign = Self {
            manner,
            random: Random::new(seed),
            current: Current::new(seed << 32)?,
            span: Duration::ZERO,
            tally: Tally::default(),
        };
        let begin = Instant::now();
        let output = campaign.command(None, false)?.spawn()?.wait_with_output()?;
        campaign.span = begin.elapsed();
        let checked = campaign.check(&[output])?;
        checked.map_err(|violation| format!("an undisturbed run: {violation:?}"))?;
        campaign.current = Current::new(campaign.current.salt + 1)?;
        campaign.tally = Tally::default();
        Ok(campaign)
    }

    /// Starts a process, or two at once, and kills them or not; what was found.
    pub(crate) fn round(&mut self) -> Result<Round, Box<dyn Error>> {
        // Two that start a run make two runs of it: only one that is recorded can be driven by one of them alone.
        let is_recorded = match self.manner {
            Manner::Early => false,
            Manner::Slice | Manner::Elsewhere => !self.current.messages.is_empty(),
            _ => self.current.run.is_some(),
        };
        let two = is_recorded && (self.manner == Manner::Lockless || self.random.below(6) == 0);
        let message = self.message();
        let mut children = Vec::new();
        for _ in 0..=usize::from(two) {
            children.push(self.command(message, two)?.spawn()?);
        }
        self.wait(&mut children)?;
        let mut outputs = Vec::new();
        for child in &mut children {
            // Sent to a process that has ended it does nothing, and the status says how it ended.
            child.kill()?;
        }
        for child in children {
            outputs.push(child.wait_with_output()?);
        }
        self.check(&outputs)
    }

    /// The message to deliver, by its place: the last one, or one that was answered before.
    fn message(&mut self) -> Option<usize> {
        let last = self.current.messages.len().checked_sub(1)?;
        if last > 0 && self.random.below(5) == 0 {
            self.tally.repeated += 1;
            return Some(last - 1);
        }
        Some(last)
    }

    fn command(&mut self, message: Option<usize>, is_one_of_two: bool) -> io::Result<Command> {
        let current = &mut self.current;
        let (store, salt) = (current.store(), current.salt.to_string());
        let mut command = Command::new(match self.manner {
            Manner::Early | Manner::Lockless => env!("CARGO_BIN_EXE_broken-program"),
            _ => env!("CARGO_BIN_EXE_recorded-program"),
        });
        if self.manner == Manner::Early {
            command.arg("early").arg(&store).arg(&salt);
        } else if self.manner == Manner::Elsewhere {
            let files = ["message", "answer"].map(|file| current.directory.path().join(file));
            fs::write(
                &files[0],
                message.map_or("", |message| &current.messages[message]),
            )?;
            let tasks = (2 + self.random.below(4)).to_string();
            command
                .arg("elsewhere")
                .arg(&store)
                .args(files)
                .args([&tasks, &salt]);
        } else {
            if self.manner == Manner::Lockless {
                command.arg("lockless").arg(&store);
            }
            let resumes = match self.manner {
                // `run` where the other has just finished the run is another run.
                Manner::Run => is_one_of_two || current.has_failed,
                Manner::Slice => current.has_failed,
                _ => true,
            };
            match (current.run.clone(), self.manner) {
                (Some(run), _) if resumes => {
                    let failed = std::mem::take(&mut self.current.failed);
                    self.current.witnesses.start_over(&failed);
                    command.args(["resume", &run])
                }
                (_, Manner::Slice) => {
                    command.args(["slice", "mixed"]);
                    if let Some(message) = message {
                        let file = current.directory.path().join("message");
                        fs::write(&file, &current.messages[message])?;
                        command.arg("--state-in").arg(file);
                    } else {
                        command.args(["--salt", &salt]);
                    }
                    command.args(["--max-tasks", &(2 + self.random.below(4)).to_string()])
                }
                _ => command.args(["run", "mixed", "--salt", &salt]),
            };
            command.arg("--store").arg(&store).args(["-j", "3"]);
            if self.random.below(4) == 0 {
                command.args(["--durability", "full"]);
            }
        }
        let directory = self.current.directory.path();
        command
            .env(side::LOG, self.current.log())
            .env("FLOW_STATE", directory.join("state"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if self.manner != Manner::Elsewhere || !is_one_of_two {
            // Nobody can lock a run in such a store: who is overtaken notices it when it next writes.
            command.env(side::WITNESS, self.current.directory.path().join("witness"));
        }
        Ok(command)
    }

    /// Waits until it is time to kill, or all have ended.
    fn wait(&mut self, children: &mut [Child]) -> io::Result<()> {
        let share = self.random.below(1300);
        #[allow(clippy::cast_possible_truncation, reason = "at most 1300")]
        let time = self.span * share as u32 / 1000;
        if self.random.below(2) == 0 {
            sleep(time);
            return Ok(());
        }
        // At the sight of another record, or of what a body says: most of a process's time nothing of either happens.
        let watched = match (&self.current.run, self.random.below(2)) {
            (Some(run), 0) => self.current.runs().join(".flow/runs").join(run).join("journal"),
            _ => self.current.log(),
        };
        let len = || fs::metadata(&watched).map_or(0, |file| file.len());
        let enough = len() + 1 + self.random.below(400) as u64;
        while len() < enough {
            let mut all = true;
            for child in children.iter_mut() {
                all &= child.try_wait()?.is_some();
            }
            if all {
                break;
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Looks at what the processes have left, and how they ended.
    fn check(&mut self, outputs: &[Output]) -> Result<Round, Box<dyn Error>> {
        if self.manner == Manner::Elsewhere
            && let Err(violation) = self.hear_answer(outputs)?
        {
            return Ok(Err(violation));
        }
        let state = match self.current.recorded(self.manner) {
            Ok(state) => state,
            Err(error) => return Ok(Err(unreadable(&error))),
        };
        if let Some(state) = &state
            && let Err(violation) = self.look(state)?
        {
            return Ok(Err(violation));
        }
        for output in outputs {
            if let Err(violation) = self.ended(output, state.as_ref(), outputs.len() > 1) {
                return Ok(Err(violation));
            }
        }
        let is_finished = state.as_ref().is_some_and(RunState::is_finished);
        if is_finished && state.as_ref().is_some_and(has_died) {
            // `run` would start another run.
            self.tally.failed += 1;
            self.current.has_failed = true;
            if self.manner == Manner::Elsewhere {
                // There is no `resume` for it.
                self.current = Current::new(self.current.salt + 1)?;
            }
        } else if is_finished {
            self.tally.completed += 1;
            self.tally.bodies += self.current.witnesses.bodies;
            self.current = Current::new(self.current.salt + 1)?;
        }
        Ok(Ok(()))
    }

    /// Takes the answer of a slice that wrote it to a file: of two, whichever was last.
    fn hear_answer(&mut self, outputs: &[Output]) -> io::Result<Round> {
        let answer = self.current.directory.path().join("answer");
        let has_answered = |output: &Output| matches!(output.status.code(), Some(0 | 1 | 10));
        if outputs.iter().any(has_answered) {
            let text = fs::read_to_string(&answer)?;
            return Ok(self
                .current
                .take(text)
                .map_err(|what| Violation::WrongEnd { what }));
        }
        Ok(Ok(()))
    }

    /// Holds what is recorded against what was recorded before, and against files and witnesses.
    fn look(&mut self, state: &RunState) -> Result<Round, Box<dyn Error>> {
        let current = &mut self.current;
        let run = state.run_id().ok_or("a recorded run has an id")?.to_owned();
        if let Some(before) = &current.run
            && *before != run
        {
            // The first message has no run that a second delivery could find: each makes one.
            if !matches!(self.manner, Manner::Slice | Manner::Elsewhere) || !current.messages.is_empty() {
                let run = before.clone();
                return Ok(Err(Violation::Abandoned { run }));
            }
            current.recorded.clear();
            current.witnesses = Witnesses::default();
        }
        if let Err(violation) = current.witnesses.hear(&current.log(), &run, &current.recorded)? {
            return Ok(Err(violation));
        }
        let all = || {
            let nodes = state.nodes().map(|node| (node.slug().to_owned(), node));
            nodes.chain(
                ["pieces", "doubled"]
                    .into_iter()
                    .flat_map(|of| state.children(of)),
            )
        };
        let successes: BTreeSet<String> = all()
            .filter(|(_, node)| node.state().kind.has_value())
            .map(|(slug, _)| slug)
            .collect();
        current.failed = all()
            .filter(|(_, node)| node.state().kind.is_failed())
            .map(|(slug, _)| slug)
            .collect();
        let lost = current
            .recorded
            .difference(&successes)
            .find(|node| *node != PASSING);
        if let Some(node) = lost {
            let node = node.clone();
            return Ok(Err(Violation::Lost { node }));
        }
        for target in current
            .targets
            .iter()
            .filter(|target| successes.contains(target.node))
        {
            let file = current.store().join(&target.path);
            let is_whole = fs::read(&file).is_ok_and(|bytes| target.is_whole(&bytes));
            if !is_whole {
                let file = target.path.clone();
                return Ok(Err(Violation::TornTarget { file }));
            }
        }
        self.tally.kept += current.recorded.len();
        (current.run, current.recorded) = (Some(run), successes);
        Ok(Ok(()))
    }

    /// Whether the end of a process is one that it may come to.
    fn ended(&mut self, output: &Output, state: Option<&RunState>, is_one_of_two: bool) -> Round {
        let said = String::from_utf8_lossy(&output.stderr);
        let wrong = |what: &str| {
            Err(Violation::WrongEnd {
                what: format!("{}, {what}: {said}", output.status),
            })
        };
        if output.status.signal() == Some(SIGKILL) {
            self.tally.kills += 1;
            return Ok(());
        }
        let is_elsewhere = self.manner == Manner::Elsewhere;
        // The nodes, and the children of two of them.
        let is_whole = self.current.recorded.len() == 13 + 2 * 6;
        match output.status.code() {
            Some(0) if is_whole => Ok(()),
            Some(0) => wrong("and not all of it is recorded"),
            Some(10) if self.manner == Manner::Slice => {
                let answer = String::from_utf8_lossy(&output.stdout).into_owned();
                self.current
                    .take(answer)
                    .map_err(|what| Violation::WrongEnd { what })
            }
            Some(10) if self.manner == Manner::Elsewhere => Ok(()),
            Some(75) if is_one_of_two && (is_elsewhere || said.contains("is driven by process ")) => {
                self.tally.turned_away += 1;
                Ok(())
            }
            // The other may have tried it anew since.
            Some(1) if said.contains(DIED) || state.is_some_and(has_died) => Ok(()),
            _ => wrong("which it may not"),
        }
    }
}

const DIED: &str = "its process died 3 times";

/// Whether a node has failed as its processes died.
fn has_died(state: &RunState) -> bool {
    state.nodes().any(|node| node.state().message.contains(DIED))
}

fn unreadable(error: &RunsError) -> Violation {
    let mut why = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        why = format!("{why}: {error}");
        source = error.source();
    }
    Violation::Unreadable { why }
}
