//! One table for what a target may be, one for what it may not.

use proc_macro2::Span;
use syn::LitStr;

use super::{
    Checked, Fault,
    Format::{self, Bytes, Json, Text},
    Piece, Scope,
};
use crate::errors::Errors;

const ARGUMENTS: [&str; 3] = ["day", "limit", "type"];

fn arguments() -> Vec<String> {
    ARGUMENTS.map(str::to_owned).to_vec()
}

fn check(source: &str, arguments: &[String], format_given: bool) -> Result<Checked, Vec<Fault>> {
    super::check(source, Scope::Task(arguments), format_given)
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn date(format: &str) -> Piece {
    Piece::Date(format.to_owned())
}

fn argument(name: &str) -> Piece {
    Piece::Argument(name.to_owned())
}

#[test]
fn good_templates_become_pieces() {
    let table: Vec<(&str, Vec<Piece>, Format)> = vec![
        ("a.txt", vec![text("a.txt")], Text),
        ("a/b/c.tar.json", vec![text("a/b/c.tar.json")], Json),
        ("<task_name>.bin", vec![Piece::TaskName, text(".bin")], Bytes),
        (
            "<date:%Y-%m-%d>/<task_name>.txt",
            vec![date("%Y-%m-%d"), text("/"), Piece::TaskName, text(".txt")],
            Text,
        ),
        ("<date>/x.json", vec![date("%Y-%m-%d"), text("/x.json")], Json),
        ("{date:%H}/x.json", vec![date("%H"), text("/x.json")], Json),
        (
            "<date:%Y/%m/%d>/x.json",
            vec![date("%Y/%m/%d"), text("/x.json")],
            Json,
        ),
        ("<date:%D>/x.json", vec![date("%D"), text("/x.json")], Json),
        (
            "<date:100%%-%-d>/x.json",
            vec![date("100%%-%-d"), text("/x.json")],
            Json,
        ),
        ("<date:%d}>/x.json", vec![date("%d}"), text("/x.json")], Json),
        (
            "{flow_name}/<run_id>/v<version>/<args>-<node>.json",
            vec![
                Piece::FlowName,
                text("/"),
                Piece::RunId,
                text("/v"),
                Piece::Version,
                text("/"),
                Piece::Args,
                text("-"),
                Piece::Node,
                text(".json"),
            ],
            Json,
        ),
        (
            "<day><limit>-{type}.json",
            vec![
                argument("day"),
                argument("limit"),
                text("-"),
                argument("type"),
                text(".json"),
            ],
            Json,
        ),
        ("a<<b>>{{c}}.txt", vec![text("a<b>{c}.txt")], Text),
        (
            "<<<day>>>.txt",
            vec![text("<"), argument("day"), text(">.txt")],
            Text,
        ),
        (
            "<date:.flow%d>/x.txt",
            vec![date(".flow%d"), text("/x.txt")],
            Text,
        ),
        ("a/.flow/x.txt", vec![text("a/.flow/x.txt")], Text),
        (
            ".hidden/<day>.txt",
            vec![text(".hidden/"), argument("day"), text(".txt")],
            Text,
        ),
        ("...txt", vec![text("...txt")], Text),
        ("größe ä.txt", vec![text("größe ä.txt")], Text),
    ];
    for (source, pieces, format) in table {
        let Ok(found) = check(source, &arguments(), false) else {
            panic!("`{source}` was refused")
        };
        assert_eq!(
            (found.pieces, found.extension),
            (pieces, Some(format)),
            "`{source}`"
        );
    }
}

#[test]
fn a_given_format_frees_the_extension() {
    for (source, extension) in [
        ("<task_name>", None),
        ("a.yaml", None),
        ("a.<day>", None),
        ("<date:%Y.%m>", None),
        (".json", None),
        ("a.txt", Some(Text)),
    ] {
        let Ok(found) = check(source, &arguments(), true) else {
            panic!("`{source}` was refused")
        };
        assert_eq!(found.extension, extension, "`{source}`");
    }
}

/// A template, the characters that are wrong, and how the message begins.
const BAD: &[(&str, &str, &str)] = &[
    // Brackets.
    (
        "a/<dat",
        "<",
        "this `<` is not closed; write `<name>` for a variable, `<<` for the character itself",
    ),
    ("a/<date/<day>.txt", "<", "this `<` is not closed"),
    ("a/<date}.txt", "<", "this `<` is not closed"),
    (
        "a/{date>.txt",
        "{",
        "this `{` is not closed; write `{name}` for a variable, `{{` for the character itself",
    ),
    (
        "a>b.txt",
        ">",
        "`>` closes nothing; write `>>` for the character itself",
    ),
    (
        "a}b.txt",
        "}",
        "`}` closes nothing; write `}}` for the character itself",
    ),
    // Variables.
    ("<>.txt", "<>", "a variable needs a name, such as `<date>`"),
    ("< >.txt", " ", "a variable needs a name, such as `<date>`"),
    ("<:%Y>.txt", "<:%Y>", "a variable needs a name, such as `<date>`"),
    (
        "a/<dat>.txt",
        "dat",
        "unknown variable `dat`; did you mean `date`?",
    ),
    (
        "a/< day >.txt",
        " day ",
        "unknown variable ` day `; did you mean `day`?",
    ),
    (
        "a/<taskname>.txt",
        "taskname",
        "unknown variable `taskname`; did you mean `task_name`?",
    ),
    (
        "a/<limt>.txt",
        "limt",
        "unknown variable `limt`; did you mean `limit`?",
    ),
    (
        "a/<r#type>.txt",
        "r#type",
        "unknown variable `r#type`; did you mean `type`?",
    ),
    (
        "a/<colour>.txt",
        "colour",
        "unknown variable `colour`; this target may use `date`, `task_name`, `version`, `args`, `node`, `flow_name`, `run_id`, `index`, `key` and the task's arguments `day`, `limit`, `type`",
    ),
    (
        "a/<day:%Y>.txt",
        "%Y",
        "`day` takes no format, only `date` does; write `<day>`",
    ),
    (
        "a/<run_id:x>.txt",
        "x",
        "`run_id` takes no format, only `date` does; write `<run_id>`",
    ),
    // Date formats.
    (
        "<date:>/x.txt",
        ":",
        "a format is missing after `:`; write `<date:%Y-%m-%d>` or `<date>`",
    ),
    (
        "<date:%Y-%E>/x.txt",
        "%E",
        "unknown strftime directive `%E`; write one such as `%Y`",
    ),
    (
        "<date:%Y-%>/x.txt",
        "%",
        "`%` has no letter; write a directive such as `%d`, or `%%`",
    ),
    ("<date:%Y%-ä>/x.txt", "%-ä", "`%-ä` has no letter"),
    (
        "<date:%.3x>/x.txt",
        "%.3x",
        "unknown strftime directive `%.3x`; did you mean `%x`?",
    ),
    (
        "<date:%999d>/x.txt",
        "%999d",
        "unknown strftime directive `%999d`; did you mean `%d`?",
    ),
    (
        "<date:%Y-%Q>/x.txt",
        "%Q",
        "`%Q` writes the time zone's name, which may hold a `/`",
    ),
    (
        "<date:%:Q>/x.txt",
        "%:Q",
        "`%:Q` writes the time zone's name, which may hold a `/`",
    ),
    ("<date:a%nb>/x.txt", "%n", "`%n` writes a control character"),
    (
        "<date:YYYY-MM-DD>/x.txt",
        "YYYY-MM-DD",
        "the format `YYYY-MM-DD` holds no directive, so it is the same every day; write `%Y-%m-%d`",
    ),
    // Paths.
    (
        "",
        "",
        "the target is empty; write a path such as `reports/<task_name>.json`",
    ),
    ("/a.txt", "/", "a target lies in the store; write a relative path"),
    (
        "C:/a.txt",
        "C",
        "a target lies in the store; write a relative path",
    ),
    (
        "<date:/%d>/a.txt",
        "<date:/%d>",
        "a target lies in the store; write a relative path",
    ),
    (
        "a//b.txt",
        "/",
        "an empty segment; write one `/` between names, none at the end",
    ),
    ("a/", "/", "an empty segment"),
    ("a/./b.txt", ".", "a `.` segment says nothing; leave it out"),
    ("./b.txt", ".", "a `.` segment says nothing; leave it out"),
    (
        "a/../b.txt",
        "..",
        "a target may not leave the store; write the path without `..`",
    ),
    (
        "a/<date:../%d>/b.txt",
        "<date:../%d>",
        "a target may not leave the store",
    ),
    ("a\\b.txt", "\\", "write `/` between directories, not `\\`"),
    ("a\tb.txt", "\t", "a path cannot hold the control character `\\t`"),
    (
        ".flow/b.txt",
        ".flow",
        "`.flow` is where the store keeps its records; use another directory",
    ),
    (
        ".Flow/b.txt",
        ".Flow",
        "`.flow` is where the store keeps its records",
    ),
    (".flow", ".flow", "`.flow` is where the store keeps its records"),
    // Extensions.
    (
        "a/<task_name>",
        "<task_name>",
        "the file has no extension to pick its format; end it with `.txt` (text), `.json` (json), `.bin` (bytes), `.csv` (csv), `.msgpack` (msgpack), `.postcard` (postcard), or add `format = text|json|bytes|csv|msgpack|postcard`",
    ),
    ("a.d/b", "b", "the file has no extension"),
    (
        "a/b.gz",
        ".gz",
        "`.gz` says how the file is compressed, not its format; write `.json.gz`, or add `format = text|json|bytes|csv|msgpack|postcard`",
    ),
    (
        "a.jsn.zst",
        ".jsn",
        "`.jsn` picks no format; did you mean `.json`?",
    ),
    ("a/.gz", ".gz", "the file has no extension"),
    ("a.json.g<day>", ".g<day>", "the extension comes from a variable"),
    ("a.json.GZ", ".GZ", "`.GZ` picks no format"),
    ("a/.json", ".json", "the file has no extension"),
    (
        "a.yaml",
        ".yaml",
        "`.yaml` picks no format; end the file with `.txt` (text), `.json` (json), `.bin` (bytes), `.csv` (csv), `.msgpack` (msgpack), `.postcard` (postcard), or add `format = text|json|bytes|csv|msgpack|postcard`",
    ),
    (
        "a.jsn",
        ".jsn",
        "`.jsn` picks no format; did you mean `.json`? otherwise end the file with",
    ),
    (
        "a.JSON",
        ".JSON",
        "`.JSON` picks no format; did you mean `.json`?",
    ),
    ("a.", ".", "`.` picks no format; end the file with"),
    (
        "a.<day>",
        ".<day>",
        "the extension comes from a variable, so it picks no format; add `format = text|json|bytes|csv|msgpack|postcard`",
    ),
    ("a.j<day>", ".j<day>", "the extension comes from a variable"),
    (
        "a<date:%Y.txt>",
        "<date:%Y.txt>",
        "the extension comes from a variable",
    ),
];

#[test]
fn a_second_extension_says_how_the_file_is_compressed() {
    use super::Compression::{Gzip, Zstd};
    for (source, extension, compression) in [
        ("a.json", Some(Format::Json), None),
        ("a.json.gz", Some(Format::Json), Some(Gzip)),
        ("<day>.msgpack.zst", Some(Format::Msgpack), Some(Zstd)),
        ("a.gz/b.txt", Some(Format::Text), None),
    ] {
        let found = check(source, &arguments(), false).unwrap_or_else(|_| panic!("`{source}`"));
        assert_eq!(
            (found.extension, found.compression),
            (extension, compression),
            "`{source}`"
        );
    }
    // Also where the format is given.
    for (source, compression) in [("a.gz", Some(Gzip)), ("<day>.zst", Some(Zstd)), ("a.yaml", None)] {
        let found = check(source, &arguments(), true).unwrap_or_else(|_| panic!("`{source}`"));
        assert_eq!(found.compression, compression, "`{source}`");
    }
}

#[test]
fn bad_templates_are_refused_at_the_right_characters() {
    for (source, wrong, message) in BAD {
        let Err(faults) = check(source, &arguments(), false) else {
            panic!("`{source}` was accepted")
        };
        assert_eq!(faults.len(), 1, "`{source}`");
        let at: String = source
            .chars()
            .skip(faults[0].at.start)
            .take(faults[0].at.len())
            .collect();
        assert_eq!(
            (
                at.as_str(),
                &faults[0].message[..message.len().min(faults[0].message.len())]
            ),
            (*wrong, *message),
            "`{source}`"
        );
    }
}

#[test]
fn an_argument_named_like_a_variable_is_refused_where_it_is_used() {
    let own = ["date".to_owned(), "key".to_owned()];
    let Err(faults) = check("<date>/<key>.txt", &own, false) else {
        panic!("accepted")
    };
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`date` is both a variable of every target and an argument of this task; rename the argument",
            "`key` is both a variable of every target and an argument of this task; rename the argument",
        ]
    );
    assert!(check("<node>.txt", &own, false).is_ok());
}

#[test]
fn without_arguments_the_message_says_so() {
    let Err(faults) = check("<colour>.txt", &[], false) else {
        panic!("accepted")
    };
    assert!(
        faults[0]
            .message
            .ends_with("`index`, `key` (the task has no arguments)"),
        "{}",
        faults[0].message
    );
}

#[test]
fn every_fault_is_drawn_and_reported() {
    let source = LitStr::new("<dat>/<dy>.txt", Span::call_site());
    let mut errors = Errors::new();
    assert!(super::parse(&source, Scope::Task(&arguments()), false, &mut errors).is_none());
    let messages: Vec<String> = errors
        .finish()
        .unwrap_err()
        .into_iter()
        .map(|error| error.to_string())
        .collect();
    assert_eq!(
        messages,
        [
            "unknown variable `dat`; did you mean `date`?\n  <dat>/<dy>.txt\n   ^^^",
            "unknown variable `dy`; did you mean `day`?\n  <dat>/<dy>.txt\n         ^^",
        ]
    );
}
