//! From a target's template to a path in the store: the variables filled in, every value a part of one name.
//!
//! The macros have checked what can be known at compile time; here is what depends on values.

mod error;
mod escape;

use std::fmt;
use std::ops::Range;

use jiff::Zoned;
use jiff::fmt::strtime;

pub use error::{RenderError, RenderFault, Variable, WrongName};
pub(crate) use escape::is_in_digits;
pub use escape::{escaped, unescaped};

use super::record::LONGEST_NAME;
use crate::contained::caught;
use crate::store::StorePath;
use crate::template::{Piece, Template};

/// What the variables of a template stand for in one node of one run.
#[derive(Clone, Copy)]
pub struct Variables<'a> {
    /// The run's logical time, in its zone: `<date:…>`.
    pub logical_time: &'a Zoned,
    /// `<task_name>`.
    pub task_name: &'a str,
    /// `<version>`.
    pub version: &'a str,
    /// `<args>`; what has no digest where that cannot be told.
    pub args: &'a dyn Fn() -> Result<String, String>,
    /// `<node>`.
    pub node: &'a str,
    /// `<flow_name>`.
    pub flow_name: &'a str,
    /// `<run_id>`.
    pub run_id: &'a str,
    /// `<index>`: of a child of a `for`, from 0.
    pub index: Option<usize>,
    /// `<key>`: of a child of a `for` that has one.
    pub key: Option<&'a str>,
    /// The arguments by name, as [`displayed`].
    pub arguments: &'a dyn Fn(&str) -> Option<Displayed>,
    /// The flow's parameters by their place, likewise.
    pub parameters: &'a dyn Fn(usize) -> Option<Displayed>,
}

/// A value as its `Display` writes it, or why that panicked.
pub type Displayed = Result<String, String>;

/// Writes a value by its `Display`, which is its author's code.
///
/// # Errors
///
/// What its panic said.
pub fn displayed(value: &dyn fmt::Display) -> Displayed {
    caught(|| value.to_string())
}

impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables")
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}

/// Renders a target.
///
/// Literal text and the format of a date may hold `/` and so make directories; the value of any other variable is
/// part of one name, and [`escaped`] where it could be more.
///
/// # Errors
/// [`RenderError`] where a name is one that no file can have, as for its length; it names the variable.
pub fn render(template: &Template, variables: &Variables<'_>) -> Result<StorePath, RenderError> {
    fill(template, variables)
        .and_then(Filled::into_path)
        .map_err(|fault| RenderError {
            template: template.source.to_owned(),
            fault,
        })
}

/// A path on its way, and which variable wrote what in it.
#[derive(Default)]
struct Filled {
    path: String,
    values: Vec<(Range<usize>, Variable)>,
}

fn fill(template: &Template, variables: &Variables<'_>) -> Result<Filled, RenderFault> {
    let mut filled = Filled::default();
    for piece in template.pieces {
        let (name, value) = match *piece {
            Piece::Text(text) => {
                filled.path.push_str(text);
                continue;
            }
            Piece::Date(format) => {
                let name = format!("date:{format}");
                match strtime::format(format, variables.logical_time) {
                    Ok(value) => (name, value),
                    Err(error) => {
                        return Err(RenderFault::Date {
                            variable: name,
                            reason: error.to_string(),
                        });
                    }
                }
            }
            Piece::TaskName => ("task_name".to_owned(), variables.task_name.to_owned()),
            Piece::Version => ("version".to_owned(), variables.version.to_owned()),
            Piece::Args => match (variables.args)() {
                Ok(digest) => ("args".to_owned(), digest),
                Err(of) => return Err(RenderFault::NoDigest { of }),
            },
            Piece::Node => ("node".to_owned(), variables.node.to_owned()),
            Piece::FlowName => ("flow_name".to_owned(), variables.flow_name.to_owned()),
            Piece::RunId => ("run_id".to_owned(), variables.run_id.to_owned()),
            Piece::ChildIndex => match variables.index {
                Some(index) => ("index".to_owned(), index.to_string()),
                None => return Err(RenderFault::NoChild { variable: "index" }),
            },
            Piece::ChildKey => match variables.key {
                Some(key) => ("key".to_owned(), key.to_owned()),
                None => return Err(RenderFault::NoChild { variable: "key" }),
            },
            Piece::Argument(name) => given(name, (variables.arguments)(name))?,
            Piece::Parameter { name, index } => given(name, (variables.parameters)(index))?,
        };
        let variable = Variable { name, value };
        let start = filled.path.len();
        match piece {
            Piece::Date(_) => filled.path.push_str(&variable.value),
            _ => filled.path.push_str(&escaped(&variable.value)),
        }
        filled.values.push((start..filled.path.len(), variable));
    }
    Ok(filled)
}

/// A variable whose value somebody gave.
fn given(name: &str, value: Option<Displayed>) -> Result<(String, String), RenderFault> {
    let name = name.to_owned();
    match value {
        Some(Ok(value)) => Ok((name, value)),
        Some(Err(panic)) => Err(RenderFault::Display {
            variable: name,
            panic,
        }),
        None => Err(RenderFault::NoArgument { variable: name }),
    }
}

impl Filled {
    /// Checks each name of the path; what is wrong only there is the fault of the last variable in it.
    fn into_path(self) -> Result<StorePath, RenderFault> {
        let mut start = 0;
        for name in self.path.split('/') {
            let end = start + name.len();
            let wrong = match name {
                "" => Some(WrongName::Empty),
                "." | ".." => Some(WrongName::Dots),
                _ if start == 0 && name.eq_ignore_ascii_case(".flow") => Some(WrongName::Private),
                _ if name.contains(|char: char| char == '\\' || char.is_control()) => {
                    Some(WrongName::Characters)
                }
                _ if name.len() > LONGEST_NAME => Some(WrongName::TooLong),
                _ => None,
            };
            if let Some(wrong) = wrong {
                let inside = |range: &Range<usize>| range.start <= end && start <= range.end;
                let blame = self.values.iter().rfind(|(range, _)| inside(range));
                let variable = blame.map(|(_, variable)| variable.clone());
                return Err(RenderFault::Name {
                    name: name.to_owned(),
                    wrong,
                    variable,
                });
            }
            start = end + 1;
        }
        StorePath::new(self.path).map_err(|invalid| RenderFault::Name {
            name: invalid.path,
            wrong: WrongName::Characters,
            variable: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Zoned;
    use proptest::prelude::*;

    use super::{RenderError, Variables, render};
    use crate::store::{Blocking, LocalStore, Store, StorePath, wait};
    use crate::template::{Piece, Template};

    fn midnight() -> Zoned {
        "2026-11-23T00:30:00[Europe/Berlin]".parse().unwrap()
    }

    fn render_with(
        source: &'static str,
        pieces: &'static [Piece],
        value: &str,
    ) -> Result<StorePath, RenderError> {
        let variables = Variables {
            logical_time: &midnight(),
            task_name: "summarise",
            version: "2",
            args: &|| Ok("1f00".to_owned()),
            node: "report",
            flow_name: "nightly report",
            index: None,
            key: None,
            run_id: "0198",
            arguments: &|name| (name != "unknown").then(|| Ok(value.to_owned())),
            parameters: &|_| Some(Ok(value.to_owned())),
        };
        render(&Template { source, pieces }, &variables)
    }

    const DAY: &[Piece] = &[
        Piece::Text("reports/"),
        Piece::Argument("day"),
        Piece::Text("/x.json"),
    ];

    #[test]
    fn every_variable_is_filled_in() {
        let pieces = &[
            Piece::Date("%Y-%m-%d"),
            Piece::Text("/"),
            Piece::FlowName,
            Piece::Text("/"),
            Piece::TaskName,
            Piece::Text("-"),
            Piece::Node,
            Piece::Text("-"),
            Piece::Argument("day"),
            Piece::Text("-"),
            Piece::RunId,
            Piece::Text(".txt"),
        ];
        let path = render_with("…", pieces, "7").unwrap();
        assert_eq!(
            path.as_str(),
            "2026-11-23/nightly report/summarise-report-7-0198.txt"
        );
    }

    #[test]
    fn the_date_is_that_of_the_zone_and_its_slashes_are_directories() {
        // In UTC it is still the 22nd.
        let path = render_with("…", &[Piece::Date("%D"), Piece::Text("/x")], "").unwrap();
        assert_eq!(path.as_str(), "11/23/26/x");
    }

    #[test]
    fn a_value_is_part_of_one_name_whatever_it_is() {
        for (value, name) in [
            ("7", "7"),
            ("", "%"),
            (".", "%2E"),
            ("..", "%2E."),
            ("../../etc", "..%2F..%2Fetc"),
            ("/etc", "%2Fetc"),
            ("a\\b", "a%5Cb"),
            ("a\0", "a%00"),
        ] {
            let path = render_with("reports/<day>/x.json", DAY, value).unwrap();
            assert_eq!(path.as_str(), format!("reports/{name}/x.json"));
        }
        let error = render_with("reports/<day>/x.json", DAY, &"ü".repeat(200)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the target `reports/<day>/x.json` gives no path: `<day>` is `{}…`, and so one of its names has 400 bytes of at most 250",
                "ü".repeat(60)
            )
        );
    }

    #[test]
    fn values_that_make_no_name_together_are_refused() {
        let pieces = &[Piece::Text("a/."), Piece::Argument("x"), Piece::Text("/b")];
        // Not `.` itself, but `.` + `.x` is fine and `.` + `` is empty.
        assert_eq!(render_with("a/.<x>/b", pieces, "x").unwrap().as_str(), "a/.x/b");
        let pieces = &[Piece::Text("."), Piece::Argument("x"), Piece::Text("/b")];
        let error = render_with(".<x>/b", pieces, "Flow").unwrap_err();
        assert_eq!(
            error.fault.to_string(),
            "`<x>` is `Flow`, and so it lies in `.flow`, the store's own directory"
        );
        let error = render_with("<date:%%>", &[Piece::Text("a/"), Piece::Date("/x")], "").unwrap_err();
        assert_eq!(
            error.fault.to_string(),
            "`<date:/x>` is `/x`, and so one of its names is empty"
        );
        let error = render_with("a/<date:..>", &[Piece::Text("a/"), Piece::Date("b/../c")], "").unwrap_err();
        assert_eq!(
            error.fault.to_string(),
            "`<date:b/../c>` is `b/../c`, and so one of its names is `..`"
        );
        let error = render_with("<date:%n>", &[Piece::Date("%n")], "").unwrap_err();
        assert!(
            error.fault.to_string().starts_with("`<date:%n>` is `\\n`, and"),
            "{error}"
        );
    }

    #[test]
    fn templates_that_no_macro_has_checked_cannot_escape_either() {
        for text in [
            "../x",
            "/x",
            "x/",
            ".flow/records/x",
            ".",
            "a//b",
            "a\\b",
            "a\nb",
            "",
        ] {
            let pieces: &'static [Piece] = Box::leak(Box::new([Piece::Text(String::leak(text.to_owned()))]));
            assert!(render_with("…", pieces, "").is_err(), "{text:?}");
        }
        let error = render_with("<unknown>", &[Piece::Argument("unknown")], "").unwrap_err();
        assert_eq!(error.fault.to_string(), "`<unknown>` is no argument of this task");
        assert!(render_with("<date:%!>", &[Piece::Date("%!")], "").is_err());
    }

    /// Characters that have a meaning in paths somewhere, and some that have none.
    fn hostile() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            ".",
            "..",
            "/",
            "\\",
            "../",
            "..\\",
            "\0",
            "\n",
            "~",
            "C:",
            " ",
            "%2e%2e%2f",
            "．．",
            "∕",
            "a",
            "ü",
            ".flow",
            "tmp",
            "",
            "flow",
        ]);
        prop_oneof![
            prop::collection::vec(parts, 0..6).prop_map(|parts| parts.concat()),
            any::<String>()
        ]
    }

    proptest! {
        #[test]
        fn rendered_paths_never_leave_the_root(x in hostile(), y in hostile()) {
            const TEMPLATES: &[&[Piece]] = &[
                &[Piece::Argument("x"), Piece::Argument("y")],
                &[Piece::Argument("x"), Piece::Text("/"), Piece::Argument("y")],
                &[Piece::Text("."), Piece::Argument("x"), Piece::Text(".txt")],
                &[Piece::Text("."), Piece::Argument("x"), Piece::Text("/"), Piece::Argument("y"), Piece::Text(".txt")],
                &[Piece::Text("a/"), Piece::Argument("x"), Piece::Text("./b")],
                &[Piece::TaskName, Piece::Text("/"), Piece::Node],
            ];
            let directory = tempfile::tempdir().unwrap();
            let root = directory.path().join("root");
            let store = Blocking::new(LocalStore::new(&root));
            for pieces in TEMPLATES {
                let variables = Variables {
                    logical_time: &midnight(),
                    task_name: &x,
                    version: &y,
                    args: &|| Ok(x.clone()),
                    node: &y,
                    flow_name: "f",
                    index: None,
                    key: None,
                    run_id: "r",
                    arguments: &|name| Some(Ok(if name == "x" { x.clone() } else { y.clone() })),
                    parameters: &|_| Some(Ok(y.clone())),
                };
                let Ok(path) = render(&Template { source: "…", pieces }, &variables) else { continue };
                prop_assert!(!path.is_private());
                prop_assert!(path.segments().all(|name| !["", ".", ".."].contains(&name)));
                wait(store.put(&path, b"x")).unwrap();
                prop_assert!(root.join(path.as_str()).canonicalize().unwrap().starts_with(root.canonicalize().unwrap()));
                wait(store.delete(&path)).unwrap();
            }
            prop_assert!(directory.path().read_dir().unwrap().all(|entry| entry.unwrap().file_name() == "root"));
        }
    }
}
