//! Reads the right side of a statement: a path and parentheses, and says what is wrong with anything else.
//! What stands between the parentheses is read in `arguments`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenTree};
use syn::Path;
use syn::parse::Parser;

use super::cursor::{Cursor, joined, last_span, path_length};
use super::words::is_keyword;
use super::{arguments, branch, each};
use crate::errors::Errors;
use crate::flow::syntax::Call;

/// Where a call stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Right of the `=` of a statement.
    Statement,
    /// Between the braces of a `for`.
    For,
    /// In an arm of an `if` or `match`.
    Arm,
}

impl Place {
    /// What is a call here.
    fn noun(self) -> &'static str {
        match self {
            Self::Statement | Self::For => "a node",
            Self::Arm => "an arm",
        }
    }
}

/// Reads what stands after `name =`, up to where the next statement begins or the tokens end.
///
/// `None` when there is not even a task, which is reported.
pub(super) fn read(name: &Ident, equals: Span, cursor: &mut Cursor, errors: &mut Errors) -> Option<Call> {
    if cursor.is_word(0, "for") {
        return each::read(name, cursor, errors);
    }
    if cursor.is_word(0, "if") || cursor.is_word(0, "match") {
        return branch::read(name, cursor, errors);
    }
    read_in(name, equals, cursor, Place::Statement, errors)
}

/// The same where a call alone may stand.
pub(super) fn read_in(
    name: &Ident,
    equals: Span,
    cursor: &mut Cursor,
    place: Place,
    errors: &mut Errors,
) -> Option<Call> {
    let length = cursor.next_statement().unwrap_or(cursor.rest().len());
    let side = Side::new(name, place, cursor.rest()[..length].to_vec());
    let Some(group) = side.parentheses() else {
        cursor.skip(length);
        return side.refuse(equals, errors);
    };
    let after = side.path + 1;
    // Anything else than an operator begins something new, and a `;` is missing, as the caller will find.
    let is_operator = matches!(side.cursor.peek(after), Some(TokenTree::Punct(punct)) if !['#', ';'].contains(&punct.as_char()));
    // Whatever follows a `,` was meant to be a statement, too.
    let is_comma = side.cursor.is_punct(after, ',');
    cursor.skip(match (is_comma, is_operator) {
        (true, _) => after + 1,
        (_, true) => length,
        _ => after,
    });
    if is_comma {
        let message = format!("expected `;` at the end of the statement `{name} = ..`, found `,`");
        errors.at(cursor.last_span(), message);
    } else if is_operator && !side.refuse_operator(after, errors) {
        return None;
    }
    let task = side.task(errors)?;
    let list = arguments::read(&group, errors);
    Some(Call {
        task,
        span: group.delim_span().join(),
        arguments: list.arguments,
        upstream: list.upstream,
        each: None,
        branch: None,
        complete: list.complete && !is_operator,
    })
}

/// All that stands right of a `=`.
struct Side<'a> {
    name: &'a Ident,
    place: Place,
    cursor: Cursor,
    /// How many tokens the path at the beginning takes; none where there is no path to a task.
    path: usize,
}

impl<'a> Side<'a> {
    fn new(name: &'a Ident, place: Place, tokens: Vec<TokenTree>) -> Self {
        let cursor = Cursor::new(tokens);
        let path = match path_length(&cursor) {
            1 if cursor.ident(0).is_some_and(is_keyword) => 0,
            length => length,
        };
        Self {
            name,
            place,
            cursor,
            path,
        }
    }

    /// What to write instead, with a call of this task.
    fn written(&self, task: &str) -> String {
        match self.place {
            Place::Statement => format!("`{} = {task}(..);`", self.name),
            Place::For | Place::Arm => format!("`{task}(..)`"),
        }
    }

    fn tokens(&self) -> &[TokenTree] {
        self.cursor.rest()
    }

    /// The path as written.
    fn path_text(&self) -> String {
        self.tokens()[..self.path]
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// The parentheses of the call, if it is one.
    fn parentheses(&self) -> Option<Group> {
        self.cursor
            .group(self.path, Delimiter::Parenthesis)
            .filter(|_| self.path > 0)
            .cloned()
    }

    fn task(&self, errors: &mut Errors) -> Option<Path> {
        if self.cursor.is_word(0, "Self") {
            let word = &self.tokens()[0];
            let last = self.cursor.ident(self.path - 1)?.to_string();
            let message = format!(
                "a task is a free function, and `Self` has none; write the task's own path, as {}",
                self.written(&last)
            );
            errors.on(word, message);
            return None;
        }
        let path = Path::parse_mod_style.parse2(joined(&self.tokens()[..self.path]));
        // syn knows which keywords a path may hold.
        path.map_err(|error| errors.push(error)).ok()
    }

    /// Says why this is no call; a path alone still names the task.
    fn refuse(&self, equals: Span, errors: &mut Errors) -> Option<Call> {
        let (noun, path, tokens) = (self.place.noun(), self.path, self.tokens());
        let Some(first) = tokens.first() else {
            errors.at(
                equals,
                match self.place {
                    Place::Statement => {
                        format!("expected a task call after `=`; write {}", self.written("task"))
                    }
                    Place::For | Place::Arm => {
                        format!(
                            "expected a task call between the braces; write {}",
                            self.written("task")
                        )
                    }
                },
            );
            return None;
        };
        let is_inner = ["for", "if", "match"]
            .iter()
            .any(|word| self.cursor.is_word(0, word));
        let is_flow = self.cursor.is_word(0, "flow") && self.cursor.ident(1).is_some();
        if is_inner || is_flow {
            let message = match self.place {
                Place::Arm if is_inner => format!(
                    "`{first}` is not supported in an arm yet; put it into a statement of its own, or write `task(..)`"
                ),
                Place::For if is_inner => format!(
                    "`{first}` is not supported between the braces of a `for` yet; let the task do this, or write `task(..)`"
                ),
                _ => format!("`{first}` is not supported yet; write {}", self.written("task")),
            };
            errors.at(first.span(), message);
            return None;
        }
        let task = self.path_text();
        if path > 0 && path == tokens.len() {
            errors.on(
                joined(tokens),
                format!("expected `(`; {noun} is a call, write {}", self.written(&task)),
            );
            return Some(Call {
                task: self.task(errors)?,
                span: last_span(&tokens[path - 1]),
                arguments: Vec::new(),
                upstream: Vec::new(),
                each: None,
                branch: None,
                complete: false,
            });
        }
        if path > 0 && (self.cursor.is_punct(path, '<') || self.cursor.is_joint(path, ':', ':')) {
            let is_open = |token: &&TokenTree| !matches!(token, TokenTree::Group(_));
            let generics = tokens[path..].iter().take_while(is_open).count();
            let message = format!("tasks have no generics; write {}", self.written(&task));
            errors.on(joined(&tokens[path..path + generics]), message);
            return None;
        }
        let found = if path > 0 && self.cursor.is_punct(path, '!') {
            format!("a macro call `{task}!`")
        } else if path > 0 && self.cursor.group(path, Delimiter::Brace).is_some() {
            format!("a struct literal `{task} {{ .. }}`")
        } else if path > 0 && self.cursor.is_punct(path, '.') {
            self.access(path)
        } else {
            "an expression".to_owned()
        };
        let message = format!(
            "{noun} is the call of a task, found {found}; write {} and let a task or an argument do this",
            self.written("task")
        );
        errors.on(joined(tokens), message);
        None
    }

    /// Says what is wrong with an operator behind the parentheses; true where the call without it is right.
    fn refuse_operator(&self, after: usize, errors: &mut Errors) -> bool {
        let (noun, tokens) = (self.place.noun(), self.tokens());
        let length = tokens.len();
        if self.cursor.is_punct(after, '?') && length == after + 1 {
            let message = "a node of a task that returns a `Result` is the value, and an error is the \
                           node's failure; leave `?` out";
            errors.on(joined(&tokens[after..]), message);
            return true;
        }
        if self.cursor.is_word(after + 1, "await") && length == after + 2 {
            errors.on(
                joined(&tokens[after..]),
                "the run awaits async tasks; leave `.await` out",
            );
            return true;
        }
        let found = if self.cursor.is_punct(after, '.') {
            self.access(after)
        } else {
            "an expression".to_owned()
        };
        let message = format!(
            "{noun} is the call of a task, found {found}; write {} and use `{}` with the rest in an argument",
            self.written(&self.path_text()),
            self.name
        );
        errors.on(joined(tokens), message);
        false
    }

    /// What `.word` or `.word(..)` is called.
    fn access(&self, dot: usize) -> String {
        let word = self
            .cursor
            .peek(dot + 1)
            .map(ToString::to_string)
            .unwrap_or_default();
        let is_method = self.cursor.group(dot + 2, Delimiter::Parenthesis).is_some()
            || self.cursor.is_joint(dot + 2, ':', ':');
        if is_method {
            format!("a method call `.{word}(..)`")
        } else {
            format!("an expression `.{word}`")
        }
    }
}
