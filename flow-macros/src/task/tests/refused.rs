//! The table of mistakes, `refused.txt`: a function a line, and under it what is said, at which token.
//! `BLESS=1 cargo test` writes the table anew; every line of it is read before it is kept.

use std::{env, fmt::Write as _, fs, path::Path};

use super::analysed;

/// Attribute and item of `#[task(…)] fn …`.
fn split(source: &str) -> (&str, &str) {
    let (attr, item) = source.split_once("] ").expect("an attribute and an item");
    let attr = attr.trim_start_matches("#[task");
    let attr = attr
        .strip_prefix('(')
        .and_then(|attr| attr.strip_suffix(')'))
        .unwrap_or(attr);
    (attr, item)
}

fn judged(source: &str) -> String {
    let (attr, item) = split(source);
    let (_, errors) = analysed(attr, item);
    let mut judged = format!("{source}\n");
    for (message, place) in errors {
        let message = message.replace('\n', "\n        ");
        writeln!(judged, "    {place}\n        {message}").expect("a string takes everything");
    }
    judged
}

#[test]
fn the_table_of_mistakes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/task/tests/refused.txt");
    let table = fs::read_to_string(&path).expect("the table is there");
    let mut found = String::new();
    for line in table.lines() {
        if line.starts_with("#[task") {
            found.push_str(&judged(line));
        } else if !line.starts_with(' ') {
            writeln!(found, "{line}").expect("a string takes everything");
        }
    }
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &found).expect("the table can be written");
        return;
    }
    for (number, (wanted, found)) in table.lines().zip(found.lines()).enumerate() {
        assert_eq!(found, wanted, "line {}", number + 1);
    }
    assert_eq!(found.len(), table.len());
}

#[test]
fn messages_keep_their_form() {
    let table = include_str!("refused.txt");
    for message in table
        .lines()
        .filter(|line| line.starts_with("        ") && !line.starts_with("          "))
    {
        let message = message.trim();
        assert!(
            !message.ends_with('.') && !message.starts_with(char::is_uppercase),
            "{message}"
        );
    }
}

#[test]
fn what_is_accepted_has_no_message() {
    let table = include_str!("refused.txt");
    let accepted = table
        .split("== ")
        .find(|section| section.starts_with("accepted"))
        .expect("the section is there");
    assert!(accepted.lines().all(|line| !line.starts_with(' ')), "{accepted}");
}
