//! What is another thing in a node's own target: a variable may be an argument that no macro knows.

use super::{Piece, Scope, check};

const PARAMETERS: [&str; 2] = ["day", "key"];

fn refused(source: &str) -> Vec<String> {
    let parameters = PARAMETERS.map(str::to_owned);
    match check(source, Scope::Node(&parameters), false) {
        Ok(_) => panic!("`{source}` was accepted"),
        Err(faults) => faults.into_iter().map(|fault| fault.message).collect(),
    }
}

#[test]
fn an_unknown_name_is_left_to_rustc() {
    let parameters = PARAMETERS.map(str::to_owned);
    let Ok(found) = check(
        "<day>/<rows>-<type>-<rows>-<node>.json",
        Scope::Node(&parameters),
        false,
    ) else {
        panic!("refused")
    };
    let names = ["day", "rows", "type", "rows"].map(|name| Piece::Argument(name.to_owned()));
    let given: Vec<_> = found
        .pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Argument(_)))
        .collect();
    assert_eq!(given, names.iter().collect::<Vec<_>>());
    let variables: Vec<_> = found
        .variables
        .iter()
        .map(|(name, at)| (name.as_str(), at.start))
        .collect();
    assert_eq!(variables, [("day", 1), ("rows", 7), ("type", 14), ("node", 28)]);
}

#[test]
fn what_no_argument_can_be_is_refused_at_once() {
    for (source, message) in [
        ("< day >.txt", "unknown variable ` day `; did you mean `day`?"),
        (
            "<a b>.txt",
            "unknown variable `a b`; this target may use `date`, `task_name`, `version`, `args`, `node`, `flow_name`, `run_id`, `index`, `key`, the task's arguments and the flow's parameters",
        ),
        (
            "<r#type>.txt",
            "unknown variable `r#type`; this target may use `date`, `task_name`, `version`, `args`, `node`, `flow_name`, `run_id`, `index`, `key`, the task's arguments and the flow's parameters",
        ),
        ("< >.txt", "a variable needs a name, such as `<date>`"),
        (
            "<key>.txt",
            "`key` is both a variable of every target and a parameter of this flow; rename the parameter",
        ),
        (
            "<rows:%Y>.txt",
            "`rows` takes no format, only `date` does; write `<rows>`",
        ),
        (
            "<day:%Y>.txt",
            "`day` takes no format, only `date` does; write `<day>`",
        ),
        (
            "<dat:%Y>.txt",
            "only `date` takes a format; write `<date:%Y>`, or `<dat>`",
        ),
        (
            "<rows>/../x.txt",
            "a target may not leave the store; write the path without `..`",
        ),
    ] {
        assert_eq!(refused(source), [message], "`{source}`");
    }
}

#[test]
fn whether_an_extension_must_pick_a_format_is_left_to_rustc() {
    for (source, message) in [
        (
            "x.<rows>",
            "the extension comes from a variable, so it picks no format; add `format = text|json|bytes|csv|msgpack|postcard`",
        ),
        (
            "dump.tar.zst",
            "`.tar` picks no format; end the file with `.txt` (text), `.json` (json), `.bin` (bytes), `.csv` (csv), `.msgpack` (msgpack), `.postcard` (postcard), or add `format = text|json|bytes|csv|msgpack|postcard`",
        ),
    ] {
        let Ok(found) = check(source, Scope::Node(&[]), false) else {
            panic!("`{source}` was refused")
        };
        let fault = found.extension_fault.map(|fault| fault.message);
        assert_eq!(fault.as_deref(), Some(message), "`{source}`");
        assert!(found.extension.is_none() && found.compression.is_none());
    }
}
