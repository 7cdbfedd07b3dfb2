//! Triggers by name, those of other tools too: a word that is none of ours may be a function of the author's, so only what
//! can be no accident is refused.

use proc_macro2::TokenStream;
use syn::Path;

use crate::options::{error, value};
use crate::suggest;

/// A rule over the states of the upstream.
pub(crate) enum Trigger {
    BuiltIn(BuiltIn),
    /// A function of the author's.
    Custom(Path),
}

/// A trigger by name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    AllSuccessful,
    AllFailed,
    AnySuccessful,
    AnyFailed,
    AllFinished,
    NotAllSkipped,
}

impl BuiltIn {
    const ALL: [(&'static str, Self); 6] = [
        ("all_successful", Self::AllSuccessful),
        ("all_failed", Self::AllFailed),
        ("any_successful", Self::AnySuccessful),
        ("any_failed", Self::AnyFailed),
        ("all_finished", Self::AllFinished),
        ("not_all_skipped", Self::NotAllSkipped),
    ];
}

/// Words for ours in other tools.
const FOREIGN: [(&str, &str); 20] = [
    ("all", "all"),
    ("every", "all"),
    ("any", "any"),
    ("one", "any"),
    ("some", "any"),
    ("success", "successful"),
    ("successes", "successful"),
    ("succeed", "successful"),
    ("succeeded", "successful"),
    ("successful", "successful"),
    ("ok", "successful"),
    ("fail", "failed"),
    ("failed", "failed"),
    ("failure", "failed"),
    ("failures", "failed"),
    ("error", "failed"),
    ("done", "finished"),
    ("complete", "finished"),
    ("completed", "finished"),
    ("finished", "finished"),
];

/// Reads the value of the option.
pub(super) fn read(given: TokenStream, example: &str) -> syn::Result<Trigger> {
    if let Some(syn::Lit::Str(string)) = value::literal(given.clone()) {
        let text = string.value();
        let meant = if syn::parse_str::<Path>(&text).is_ok() {
            meant(&text).unwrap_or(&text)
        } else {
            "all_finished"
        };
        let message = format!("a trigger is written without quotes; write `trigger = {meant}`");
        return Err(error(given, message));
    }
    let what = "the name of a trigger, or the path of a function";
    let Ok(path) = value::path(given.clone(), what, example) else {
        let found = value::but_found(&given);
        return Err(error(
            given,
            format!("expected a trigger{found}; the {}", listed("path::to::function")),
        ));
    };
    let Some(word) = path.get_ident().map(ToString::to_string) else {
        return Ok(Trigger::Custom(path));
    };
    if let Some((_, trigger)) = BuiltIn::ALL.iter().find(|(name, _)| *name == word) {
        return Ok(Trigger::BuiltIn(*trigger));
    }
    let of_mine = format!("self::{word}");
    if word == "manual_only" {
        let message = format!(
            "there is no trigger `manual_only`; a body waits for somebody by `cx.pause(\"…\")`; the {}",
            listed(&of_mine)
        );
        return Err(error(path, message));
    }
    match meant(&word) {
        Some(meant) => {
            let message = format!(
                "unknown trigger `{word}`; did you mean `{meant}`? The {}",
                listed(&of_mine)
            );
            Err(error(path, message))
        }
        None => Ok(Trigger::Custom(path)),
    }
}

/// Which of ours a word probably means.
fn meant(word: &str) -> Option<&'static str> {
    if word == "always_run" {
        return Some("all_finished");
    }
    let ours: Vec<&str> = word
        .split('_')
        .map(|part| {
            let known = FOREIGN.iter().find(|(theirs, _)| *theirs == part);
            known.map_or(part, |(_, ours)| *ours)
        })
        .collect();
    let ours = ours.join("_");
    let mut names = BuiltIn::ALL.iter().map(|(name, _)| *name);
    names.find(|name| *name == ours).or_else(|| {
        // One edit only: a function whose name is like ours by accident is no mistake.
        let mut names = BuiltIn::ALL.iter().map(|(name, _)| *name);
        names.find(|name| suggest::distance(word, name) == 1)
    })
}

/// All there are, and how a function of the author's is named beside them.
fn listed(function: &str) -> String {
    let names: Vec<String> = BuiltIn::ALL.iter().map(|(name, _)| format!("`{name}`")).collect();
    format!(
        "triggers are {}, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `{function}`",
        names.join(", ")
    )
}
