//! [`RenderError`]: which value keeps a target from being a path, and why.
//!
//! Values come from users: they are shown escaped and cut short.

use std::fmt;

use crate::checkpoint::record::LONGEST_NAME;

/// A variable of a template and the value that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// As it stands between `<` and `>`.
    pub name: String,
    /// What it was filled with.
    pub value: String,
}

/// A target without a path, because of a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the target `{template}` gives no path: {fault}")]
pub struct RenderError {
    /// The template as its author wrote it.
    pub template: String,
    /// What is wrong.
    pub fault: RenderFault,
}

impl RenderError {
    /// What to do now.
    pub fn advice(&self) -> &'static str {
        match self.fault {
            RenderFault::Date { .. } => "use another date format in the target",
            RenderFault::NoDigest { .. } => {
                "let that result be kept (no `checkpoint = false`), or name arguments in the target"
            }
            RenderFault::Display { .. } => {
                "mend the `Display` of that value, or take the variable out of the target"
            }
            RenderFault::NoArgument { .. } => "name a parameter of the task in the target",
            RenderFault::NoChild { variable: "key" } => "say what the key of a child is, `#[node(key = ..)]`",
            RenderFault::NoChild { .. } => "call the task in a `for`, or take the variable out of the target",
            _ => ANOTHER_VALUE,
        }
    }

    /// Whether it advises to pass another value: the same command would fail again.
    pub(crate) fn asks_for_another_value(&self) -> bool {
        self.advice() == ANOTHER_VALUE
    }
}

const ANOTHER_VALUE: &str = "pass another value, or take the variable out of the target";

/// What is wrong with a value in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenderFault {
    /// The value makes a name that no file can have.
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        wrong: WrongName,
        /// The last variable in it; `None` when the template alone makes it.
        variable: Option<Variable>,
    },
    /// The logical time cannot be written in this format.
    Date {
        /// The variable, with its format.
        variable: String,
        /// Why not.
        reason: String,
    },
    /// An argument has no digest, and so the call has none.
    NoDigest {
        /// Where the argument comes from.
        of: String,
    },
    /// The value's own `Display` panicked.
    Display {
        /// The variable.
        variable: String,
        /// What the panic said.
        panic: String,
    },
    /// The node is no child of a `for`, or one without a key.
    NoChild {
        /// The variable.
        variable: &'static str,
    },
    /// The node has no argument of this name whose value can be shown.
    NoArgument {
        /// The name.
        variable: String,
    },
}

/// What is wrong with the name of a file or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrongName {
    /// It is empty.
    Empty,
    /// It is `.` or `..`.
    Dots,
    /// It holds `\` or a control character.
    Characters,
    /// It is longer than file systems allow, with what the store appends to it.
    TooLong,
    /// It is `.flow` at the root of the store, the store's own directory.
    Private,
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.value.chars().take(60).flat_map(char::escape_debug).collect();
        let cut = if self.value.chars().nth(60).is_some() {
            "…"
        } else {
            ""
        };
        write!(f, "`<{}>` is `{shown}{cut}`", self.name)
    }
}

impl fmt::Display for RenderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name {
                name,
                wrong,
                variable,
            } => {
                if let Some(variable) = variable {
                    write!(f, "{variable}, and so ")?;
                }
                match wrong {
                    WrongName::Empty => f.write_str("one of its names is empty"),
                    WrongName::Dots => write!(f, "one of its names is `{name}`"),
                    WrongName::Characters => f.write_str("it holds `\\` or a control character"),
                    WrongName::TooLong => {
                        write!(
                            f,
                            "one of its names has {} bytes of at most {LONGEST_NAME}",
                            name.len()
                        )
                    }
                    WrongName::Private => f.write_str("it lies in `.flow`, the store's own directory"),
                }
            }
            Self::Date { variable, reason } => write!(f, "`<{variable}>`: {reason}"),
            Self::NoDigest { of } => {
                write!(f, "`<args>` cannot be told: `{of}` has no digest")
            }
            Self::Display { variable, panic } => {
                write!(
                    f,
                    "`<{variable}>` cannot be shown: its `Display` panicked: {panic}"
                )
            }
            Self::NoChild { variable: "key" } => {
                f.write_str("`<key>`: this is no child of a `for` with a key")
            }
            Self::NoChild { variable } => write!(f, "`<{variable}>`: this is no child of a `for`"),
            Self::NoArgument { variable } => write!(f, "`<{variable}>` is no argument of this task"),
        }
    }
}
