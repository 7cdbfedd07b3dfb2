//! What a person gives next to go on with a run: the one place that knows which command leads on from which. How a run can
//! go on at all, [it](crate::registry::Launched::way_on) says itself.

use std::ffi::OsString;

use clap::ArgAction;
use clap::parser::ValueSource;

use super::{Call, args};
use crate::registry::{Registration, WayOn};

/// The options of `run` that are about the run it starts, each with whether its value is a word of its own.
const OF_ONE_RUN: [(&str, bool); 4] = [
    ("--new", false),
    ("--force", false),
    ("--from", true),
    ("--given", true),
];

/// The option that says where the store is.
const STORE: &str = "--store";

/// The commands that lead on from the run that a command drives.
#[derive(Clone, Default)]
pub(super) struct Advice {
    /// The whole command.
    words: Vec<OsString>,
    /// Its options that say how a run is driven, and where it lies: they hold for whoever goes on with it.
    driving: Vec<OsString>,
    /// The flow, as `run` takes it, where the command does not say itself how it is run: with what it needs besides.
    flow: Option<(String, &'static str)>,
    /// Whether the same state can be given again.
    has_state: bool,
}

impl Advice {
    /// Of `run`.
    pub(super) fn of_run(call: Call<'_>) -> Self {
        Self {
            words: call.words.to_vec(),
            driving: driving(call),
            flow: None,
            has_state: false,
        }
    }

    /// Of `slice`, with a state or without. Its answer leads on; without one the state that it was given does.
    pub(super) fn of_slice(call: Call<'_>, has_state: bool) -> Self {
        Self {
            has_state,
            ..Self::of_run(call)
        }
    }

    /// Of a command that has its parameters from a recorded run of `flow`.
    pub(super) fn of_recorded(call: Call<'_>, flow: &'static Registration) -> Self {
        let rest = match flow.spec.params {
            [] => "",
            _ => " with the parameters of this run",
        };
        Self {
            flow: Some((call.flows.label(flow), rest)),
            ..Self::of_run(call)
        }
    }

    /// How to go on with a run, for people; nothing where no command is of use.
    pub(super) fn on(&self, id: &str, way: WayOn) -> Option<String> {
        match way {
            WayOn::Nothing => None,
            WayOn::Resume if self.has_state => Some(format!("to go on: {}", self.again())),
            WayOn::Resume => Some(format!("to go on: {}", command_line(&self.resume(id)))),
            WayOn::Again => Some(format!("to go on: {}", self.again())),
            WayOn::From(node) => Some(self.from(node)),
        }
    }

    /// What to give where nobody knows of the run: all of its options are as needed as the first time.
    pub(super) fn again(&self) -> String {
        if self.has_state {
            return "give the same state again".to_owned();
        }
        format!(
            "{} (a new run: this one is not recorded)",
            command_line(&self.words)
        )
    }

    /// How to go on with a recorded run whose state has reached nobody; `left` where something is pending.
    pub(super) fn without_state(&self, id: &str, left: bool) -> String {
        let mut status = self.program().to_vec();
        status.extend(["status".into(), "--json".into(), id.into()]);
        let mut words = self.driving.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if text == STORE {
                status.push(word.clone());
                status.extend(words.next().cloned());
            } else if text.strip_prefix(STORE).is_some_and(|rest| rest.starts_with('=')) {
                status.push(word.clone());
            }
        }
        let prints = format!("`{}` prints the state", command_line(&status));
        if left {
            format!("`{}` goes on, {prints}", command_line(&self.resume(id)))
        } else {
            prints
        }
    }

    /// The command that resumes a run.
    fn resume(&self, id: &str) -> Vec<OsString> {
        let mut words = self.program().to_vec();
        words.extend(["resume".into(), id.into()]);
        words.extend(self.driving.iter().cloned());
        words
    }

    /// That the run is a success, and what tries anew what failed in it.
    fn from(&self, node: &str) -> String {
        let (mut words, rest) = match &self.flow {
            None => (without_options_of_one_run(&self.words), ""),
            Some((flow, rest)) => {
                let mut words = self.program().to_vec();
                words.extend(["run".into(), flow.into()]);
                words.extend(self.driving.iter().cloned());
                (words, *rest)
            }
        };
        words.extend(["--from".into(), node.into()]);
        format!(
            "the run is a success, so `resume` tries nothing anew; a new run does: {}{rest}",
            command_line(&words)
        )
    }

    fn program(&self) -> &[OsString] {
        &self.words[..self.words.len().min(1)]
    }
}

/// The options of the command that every driving command has.
fn driving(call: Call<'_>) -> Vec<OsString> {
    let mut words = Vec::new();
    for arg in args::driving() {
        let id = arg.get_id().as_str();
        if call.matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let name = OsString::from(format!("--{id}"));
        if matches!(arg.get_action(), ArgAction::SetTrue) {
            words.push(name);
            continue;
        }
        for value in call.matches.get_raw(id).into_iter().flatten() {
            if value.to_string_lossy().starts_with('-') {
                // Else it would be another option.
                words.push([&*name, "=".as_ref(), value].into_iter().collect());
            } else {
                words.extend([name.clone(), value.to_owned()]);
            }
        }
    }
    words
}

/// The command for another run with the same parameters.
fn without_options_of_one_run(words: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        let is = |&&(option, _): &&(&str, bool)| {
            let rest = text.strip_prefix(option);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        };
        match OF_ONE_RUN.iter().find(is) {
            Some((option, true)) if text == *option => _ = words.next(),
            Some(_) => {}
            None => kept.push(word.clone()),
        }
    }
    kept
}

/// The command as it can be given to a shell.
fn command_line(words: &[OsString]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%".contains(c);
    let quoted = words.iter().map(|word| {
        let word = word.to_string_lossy();
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{OsString, command_line, without_options_of_one_run};

    fn words(text: &[&str]) -> Vec<OsString> {
        text.iter().map(Into::into).collect()
    }

    #[test]
    fn the_command_can_be_given_to_a_shell_again() {
        let words = words(&["./mine", "run", "--day=2026-11-23", "--name", "it's me", ""]);
        assert_eq!(
            command_line(&words),
            r"./mine run --day=2026-11-23 --name 'it'\''s me' ''"
        );
    }

    #[test]
    fn what_is_about_one_run_is_left_out_with_its_value() {
        for (given, left) in [
            (&["run", "--new", "nightly"][..], &["run", "nightly"][..]),
            (&["--force", "nightly", "--force=a,b"], &["nightly"]),
            (&["--from", "a", "nightly", "--from=a"], &["nightly"]),
            (
                &["--given", "a=a.json", "--given=b=b", "--day", "x"],
                &["--day", "x"],
            ),
            // Parameters of the flow.
            (&["--newest", "--from-day", "a"], &["--newest", "--from-day", "a"]),
        ] {
            assert_eq!(
                without_options_of_one_run(&words(given)),
                words(left),
                "{given:?}"
            );
        }
    }
}
