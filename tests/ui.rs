//! What does not compile and what rustc says of it (`ui/`), and what does compile, and runs (`pass/`).
//!
//! A case of `ui/` is one mistake. A comment underlines the token that is wrong; the file beside it holds what rustc
//! says, written by `TRYBUILD=overwrite`. That it is one error, on that token, is checked here and cannot be blessed.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn mistakes_are_refused() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn programs_compile_and_run() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

#[test]
fn there_are_enough_cases() {
    assert!(files("ui", "rs").len() >= 60, "compile-fail cases");
    assert!(files("pass", "rs").len() >= 20, "pass cases");
}

#[test]
fn every_message_has_its_case() {
    let cases: BTreeSet<PathBuf> = stems("rs");
    let messages: BTreeSet<PathBuf> = stems("stderr");
    let unpaired: Vec<_> = cases.symmetric_difference(&messages).collect();
    assert!(
        unpaired.is_empty(),
        "without case or without message: {unpaired:?}"
    );
}

/// One mistake is one error, and it is on the token that the case underlines.
#[test]
fn every_mistake_is_one_error_where_the_case_says() {
    let mut wrong = Vec::new();
    for case in files("ui", "rs") {
        let source = fs::read_to_string(&case).expect("a readable case");
        let Ok(message) = fs::read_to_string(case.with_extension("stderr")) else {
            continue;
        };
        if let Err(why) = check(&source, &message) {
            wrong.push(format!("{}: {why}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(source: &str, message: &str) -> Result<(), String> {
    let starts = |line: &&str| line.starts_with("error") || line.starts_with("warning");
    let found = message.lines().filter(starts).count();
    let wanted = source.lines().find_map(|line| line.strip_prefix("//! errors: "));
    let wanted = wanted
        .map_or(Ok(1), str::parse)
        .map_err(|_| "`//! errors: N` holds a number")?;
    if found != wanted {
        return Err(format!("{found} errors, not {wanted}"));
    }
    if let Some((line, column, width)) = underlined(source)? {
        let place = message
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("--> "));
        let place = place.ok_or("the error has no place")?;
        if !place.ends_with(&format!(":{line}:{column}")) {
            return Err(format!("the error is at {place}, not at {line}:{column}"));
        }
        let quoted = format!("{line} |");
        let mut rest = message
            .lines()
            .skip_while(|text| !text.trim_start().starts_with(&quoted))
            .skip(1);
        let carets = rest.next().unwrap_or("");
        // A text that is also part of what else rustc underlines goes on with `-`.
        let found = carets.chars().filter(|&character| character == '^').count();
        if found != width {
            return Err(format!(
                "{found} characters are underlined, not {width}: `{carets}`"
            ));
        }
    }
    Ok(())
}

/// Line, column and width of what the case's comment underlines.
fn underlined(source: &str) -> Result<Option<(usize, usize, usize)>, String> {
    let mut places = source.lines().enumerate().filter_map(|(line, text)| {
        let carets = text.trim_start().strip_prefix("//")?.trim();
        // Lines count from 1, and the comment stands below its token.
        let place = (line, text.find('^')? + 1, carets.len());
        carets.chars().all(|character| character == '^').then_some(place)
    });
    let place = places.next();
    if places.next().is_some() {
        return Err("underlines two tokens".to_owned());
    }
    Ok(place)
}

fn stems(extension: &str) -> BTreeSet<PathBuf> {
    let files = files("ui", extension).into_iter();
    files.map(|path| path.with_extension("")).collect()
}

fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut files: Vec<PathBuf> = fs::read_dir(directory)
        .expect("a readable directory")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension() == Some(OsStr::new(extension)))
        .collect();
    files.sort();
    files
}
