//! Values in paths: whatever they hold, each is a part of one name, comes back from it, and leads nowhere else.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use flow_runtime::checkpoint::{RenderError, Variables, escaped, render, unescaped};
use flow_runtime::store::{BlockingStore as _, LocalStore, StorePath};
use flow_runtime::{Piece, Template};
use jiff::Zoned;

use super::random::Random;
use super::{inputs, seed};

/// What has a meaning in paths somewhere, or looks as if it had.
const PARTS: [&str; 20] = [
    "",
    ".",
    "..",
    "/",
    "\\",
    "../",
    "..\\",
    "\0",
    "\n",
    "\u{7f}",
    "\u{85}",
    "~",
    "C:",
    " ",
    "%",
    "%2e%2e%2f",
    ".flow",
    "．．",
    "\u{2215}",
    "a",
];

const X: Piece = Piece::Argument("x");
const Y: Piece = Piece::Argument("y");

/// Templates, and how many names the paths that they make have.
const TEMPLATES: [(&[Piece], usize); 6] = [
    (&[X, Y], 1),
    (&[X, Piece::Text("/"), Y], 2),
    (&[Piece::Text("."), X, Piece::Text(".txt")], 1),
    (
        &[Piece::Text("."), X, Piece::Text("/"), Y, Piece::Text(".txt")],
        2,
    ),
    (&[Piece::Text("a/"), X, Piece::Text("./b")], 3),
    (&[Piece::TaskName, Piece::Text("/"), Piece::Node], 2),
];

fn rendered(pieces: &'static [Piece], x: &str, y: &str, time: &Zoned) -> Result<StorePath, RenderError> {
    let variables = Variables {
        logical_time: time,
        task_name: x,
        version: y,
        args: &|| Ok(x.to_owned()),
        node: y,
        flow_name: "f",
        index: None,
        key: None,
        run_id: "r",
        arguments: &|name| Some(Ok(if name == "x" { x } else { y }.to_owned())),
        parameters: &|_| None,
    };
    render(
        &Template {
            source: "…", pieces
        },
        &variables,
    )
}

/// The path, checked; `None` where a name is too long, or would be the store's own.
fn checked(template: usize, x: &str, y: &str, time: &Zoned) -> Option<StorePath> {
    let (pieces, names) = TEMPLATES[template];
    match rendered(pieces, x, y, time) {
        Ok(path) => {
            assert!(!path.is_private(), "{path}");
            assert_eq!(path.segments().count(), names, "{path}");
            let is_name = |name: &str| {
                !["", ".", ".."].contains(&name)
                    && !name.contains(|char: char| char == '\\' || char.is_control())
            };
            assert!(path.segments().all(is_name), "{path}");
            Some(path)
        }
        Err(error) => {
            let said = error.to_string();
            assert!(
                said.contains("bytes of at most") || said.contains("the store's own directory"),
                "{said}"
            );
            None
        }
    }
}

#[test]
fn whatever_a_value_holds_it_is_part_of_one_name() {
    let time: Zoned = "2026-11-23T00:30:00[Europe/Berlin]".parse().expect("a time");
    let mut random = Random::new(seed());
    let mut paths = 0;
    for _ in 0..inputs() {
        let [x, y] = [value(&mut random), value(&mut random)];
        for value in [&x, &y] {
            assert_eq!(unescaped(&escaped(value)).as_ref(), Some(value));
        }
        if x != y {
            assert_ne!(escaped(&x), escaped(&y));
        }
        paths += usize::from(checked(random.below(TEMPLATES.len()), &x, &y, &time).is_some());
    }
    assert!(paths > inputs() / 2, "only {paths} paths");
}

/// Up to seven parts, or any characters.
fn value(random: &mut Random) -> String {
    let parts = random.below(8);
    if random.below(2) == 0 {
        return (0..parts).map(|_| *random.of(&PARTS)).collect();
    }
    (0..parts)
        .filter_map(|_| {
            let most = *random.of(&[0x80, 0x800, 0x11_0000]);
            char::from_u32(u32::try_from(random.below(most)).ok()?)
        })
        .collect()
}

#[test]
fn nothing_is_written_outside_the_store() {
    let time: Zoned = "2026-11-23T00:30:00[Europe/Berlin]".parse().expect("a time");
    let directory = tempfile::tempdir().expect("a directory");
    let (root, outside) = (directory.path().join("root"), directory.path().join("outside"));
    for made in [&root, &outside] {
        fs::create_dir(made).expect("a directory");
    }
    // Where a careless writer would leave the store: by names that values make, and by one of a template's own (`a`).
    for link in ["a", "%", "%2E."] {
        symlink(&outside, root.join(link)).expect("a link");
    }
    let store = LocalStore::new(&root);
    let (mut written, mut refused) = (0, 0);
    for x in PARTS
        .iter()
        .flat_map(|first| PARTS.map(|second| [first, second].concat()))
    {
        for y in ["y", ".."] {
            for template in 0..TEMPLATES.len() {
                let Some(path) = checked(template, &x, y, &time) else {
                    continue;
                };
                if store.put(&path, b"x").is_err() {
                    // Behind a link.
                    refused += 1;
                    continue;
                }
                written += 1;
                let file = root.join(path.as_str()).canonicalize().expect("it is there");
                assert!(
                    file.starts_with(root.canonicalize().expect("it is there")),
                    "{path}"
                );
                store.delete(&path).expect("it can be deleted");
            }
        }
        assert_eq!(entries(&outside), 0, "{x:?}");
    }
    assert!(written > 1_000 && refused > 100, "{written}, {refused}");
    assert_eq!(entries(directory.path()), 2);
}

fn entries(directory: &Path) -> usize {
    fs::read_dir(directory).expect("a directory").count()
}
