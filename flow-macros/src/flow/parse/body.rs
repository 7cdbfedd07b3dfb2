//! Splits the body of a flow into statements and the tail, and reads what stands left of a `=`.
//! A statement that cannot be read costs one error and hides no other one; calls are read in `call`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::Attribute;
use syn::parse::Parser;

use super::call;
use super::cursor::{Cursor, flat, joined, named, path_length};
use super::options::{self, Before};
use super::words::{is_keyword, is_reserved};
use crate::errors::Errors;
use crate::flow::syntax::{Call, NodeOptions, Statement, Tail};

/// The statements of a flow and its tail.
pub(super) struct Body {
    pub(super) statements: Vec<Statement>,
    pub(super) tail: Tail,
}

/// Reads all that stands in the body.
pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Body {
    let mut body = Body {
        statements: Vec::new(),
        tail: Tail::None,
    };
    let mut inner = Vec::new();
    for chunk in chunks(tokens) {
        let mut reader = Reader {
            cursor: Cursor::new(chunk.tokens),
            semicolon: chunk.semicolon,
            inner: &mut inner,
            errors,
        };
        while !reader.cursor.is_empty() {
            reader.statement(&mut body);
        }
    }
    // Last, so that a name that has a statement of its own means that one.
    body.statements.extend(inner.into_iter().map(|name| Statement {
        docs: Vec::new(),
        options: NodeOptions::default(),
        name,
        call: None,
    }));
    body
}

/// What stands between two `;`.
struct Chunk {
    tokens: Vec<TokenTree>,
    /// Whether a `;` ends it; the last chunk may have none.
    semicolon: bool,
}

fn chunks(tokens: TokenStream) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut open = Vec::new();
    for token in flat(tokens) {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                chunks.push(Chunk {
                    tokens: std::mem::take(&mut open),
                    semicolon: true,
                });
            }
            _ => open.push(token),
        }
    }
    if !open.is_empty() {
        chunks.push(Chunk {
            tokens: open,
            semicolon: false,
        });
    }
    chunks
}

/// Reads the statements of one chunk: one, unless a `;` is missing.
struct Reader<'a> {
    cursor: Cursor,
    semicolon: bool,
    /// The names of the statements in blocks that cannot be read, which is reported: so what uses them is no second
    /// mistake.
    inner: &'a mut Vec<Ident>,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn statement(&mut self, body: &mut Body) {
        let attributes = self.attributes();
        let before = options::read_statement(&attributes, self.errors);
        if self.cursor.is_empty() {
            // All attributes that cannot be read are reported already.
            if let Some(attribute) = attributes.last() {
                self.errors
                    .on(attribute, "expected a statement `name = task(..);` after this");
            }
            return;
        }
        let bound = self.cursor.is_word(0, "let");
        if bound {
            self.cursor.skip(1);
            if self.cursor.is_word(0, "mut") {
                let span = self.cursor.rest()[0].span();
                self.errors
                    .at(span, "a node has one value and is never changed; leave `mut` out");
                self.cursor.skip(1);
            }
        }
        if let Some(head) = self.cursor.ident(0).filter(|head| is_reserved(head)).cloned() {
            return self.reserved(&head);
        }
        let Some(name) = self.cursor.ident(0).cloned() else {
            return self.no_name(bound, body);
        };
        if self.cursor.is_assign(1) {
            self.cursor.skip(1);
            self.assigned(name, before, body);
        } else if self.cursor.is_colon(1) {
            self.typed(name, before, body);
        } else if name == "_" || is_keyword(&name) {
            self.keyword(&name, body);
        } else if self.cursor.rest().len() == 1 && !bound {
            self.tail(name, &attributes, body);
        } else {
            self.unnamed(&name, before, bound, body);
        }
    }

    /// `name` is read, `=` comes next.
    fn assigned(&mut self, name: Ident, before: Before, body: &mut Body) {
        let equals = self.cursor.take(1)[0].span();
        if name == "_" {
            self.errors
                .at(name.span(), "a node needs a name; write `name = task(..);`");
        } else if is_keyword(&name) {
            let message = if ["self", "Self", "super", "crate"].iter().any(|word| name == word) {
                format!("`{name}` is a keyword and cannot name a node")
            } else {
                format!("`{name}` is a keyword and cannot name a node; write `r#{name}`")
            };
            self.errors.at(name.span(), message);
        }
        let call = call::read(&name, equals, &mut self.cursor, self.errors);
        if call.as_ref().is_some_and(|call| call.complete) {
            self.end(&name);
        }
        if name != "_" && !is_keyword(&name) {
            body.statements.push(statement(before, name, call));
        }
    }

    /// After a whole call: only a `;` may follow.
    fn end(&mut self, name: &Ident) {
        if self.cursor.is_empty() && self.semicolon {
            return;
        }
        let message = format!("expected `;` at the end of the statement `{name} = ..`");
        self.errors.at(self.cursor.last_span(), message);
    }

    /// `name: Type = task(..)`.
    fn typed(&mut self, name: Ident, before: Before, body: &mut Body) {
        self.cursor.skip(1);
        let colon = self.cursor.take(1);
        let mut ahead = 0;
        while self.cursor.peek(ahead).is_some() && !self.cursor.is_assign(ahead) {
            ahead += 1;
        }
        let mut found = colon;
        found.extend(self.cursor.take(ahead));
        let message = format!("the type of a node is what its task returns; write `{name} = task(..);`");
        self.errors.on(joined(&found), message);
        if self.cursor.is_empty() {
            body.statements.push(statement(before, name, None));
        } else {
            self.assigned(name, before, body);
        }
    }

    /// A single name: the tail, when it ends the body.
    fn tail(&mut self, name: Ident, attributes: &[Attribute], body: &mut Body) {
        self.cursor.skip(1);
        if let Some(attribute) = attributes.first() {
            self.errors
                .on(attribute, "the tail takes no attributes and no docs");
        }
        if self.semicolon {
            let message = format!(
                "expected a statement `name = task(..);`, found `{name};`; \
                 to return this node as the flow's result, put `{name}` without `;` at the end"
            );
            self.errors.at(name.span(), message);
            body.tail = Tail::Broken;
        } else {
            body.tail = Tail::Node(name);
        }
    }

    /// A name that no `=` follows.
    fn unnamed(&mut self, name: &Ident, before: Before, bound: bool, body: &mut Body) {
        let path = path_length(&self.cursor);
        let start = self.cursor.rest().to_vec();
        if let Some(group) = self.cursor.group(path, Delimiter::Parenthesis).cloned() {
            if !bound && !self.continues(path + 1) {
                return self.call_without_name(path, &group, body);
            }
        } else if self.cursor.is_punct(path, '!') {
            self.skip_statement();
            let message = format!("expected a statement `name = task(..);`, found a macro call `{name}!`");
            return self.errors.at(name.span(), message);
        }
        let next_is_value = matches!(
            self.cursor.peek(1),
            Some(TokenTree::Ident(_) | TokenTree::Literal(_))
        );
        if path == 1 && (bound || next_is_value) {
            let message = match self.cursor.peek(1) {
                Some(token) => format!("expected `=` after `{name}`, found {}", named(token)),
                None => format!("expected `= task(..);` after `{name}`"),
            };
            self.errors.at(
                self.cursor.peek(1).map_or_else(|| name.span(), TokenTree::span),
                message,
            );
            self.skip_statement();
            body.statements.push(statement(before, name.clone(), None));
            return;
        }
        let length = self.skip_statement();
        self.expression(&start[..length], body);
    }

    /// Whether an operator, `.` or `?` follows: then what was read is part of an expression.
    fn continues(&self, ahead: usize) -> bool {
        matches!(self.cursor.peek(ahead), Some(TokenTree::Punct(punct)) if punct.as_char() != '#')
    }

    /// `task(..)` where a statement should be.
    fn call_without_name(&mut self, path: usize, group: &Group, body: &mut Body) {
        let tokens = self.cursor.take(path + 1);
        let task: String = tokens[..path].iter().map(ToString::to_string).collect();
        let last = tokens[path - 1].to_string();
        let arguments = if group.stream().is_empty() { "" } else { ".." };
        let message = if self.is_last() {
            body.tail = Tail::Broken;
            format!(
                "the tail is the name of a node, found a call; write `{last} = {task}({arguments});` and then `{last}`"
            )
        } else {
            format!("a node needs a name; write `{last} = {task}({arguments});`")
        };
        self.errors.on(joined(&tokens), message);
    }

    /// Something that is neither a statement nor a name.
    fn expression(&mut self, tokens: &[TokenTree], body: &mut Body) {
        let message = if self.is_last() {
            body.tail = Tail::Broken;
            "the tail is the name of one node, found an expression; let a task make this value, \
             write `name = task(..);` and then `name`"
        } else {
            "expected a statement `name = task(..);`, found an expression"
        };
        self.errors.on(joined(tokens), message);
    }

    /// Whether what was just read stands where the tail stands.
    fn is_last(&self) -> bool {
        self.cursor.is_empty() && !self.semicolon
    }

    /// `for …`, `if …`, `match …`, `flow …`.
    fn reserved(&mut self, head: &Ident) {
        if self.cursor.is_assign(1) {
            let message =
                format!("`{head}` is reserved at the head of a statement; choose another name for the node");
            self.errors.at(head.span(), message);
            self.skip_statement();
            return;
        }
        let value = match head.to_string().as_str() {
            "for" => Some(("a", "for item in items { task(item) }")),
            "if" => Some(("an", "if condition { task(..) } else { other(..) }")),
            "match" => Some(("a", "match value { pattern => task(..), _ => other(..) }")),
            _ => None,
        };
        let message = match value {
            Some((article, example)) => format!(
                "{article} `{head}` is the value of a node, and needs a name; write `name = {example};`"
            ),
            None => format!("`{head}` is not supported yet; a statement is `name = task(..);`"),
        };
        self.errors.at(head.span(), message);
        self.skip_block();
    }

    fn keyword(&mut self, word: &Ident, body: &mut Body) {
        let message = match word.to_string().as_str() {
            "return" => {
                body.tail = Tail::Broken;
                "a flow returns what its tail names; put the node's name without `;` at the end".to_owned()
            }
            "_" => "a node needs a name; write `name = task(..);`".to_owned(),
            word => format!(
                "expected a statement `name = task(..);`, found the keyword `{word}`; \
                 items and other code stand outside `flow!`"
            ),
        };
        self.errors.at(word.span(), message);
        self.skip_block();
    }

    /// A statement that begins with no name at all.
    fn no_name(&mut self, bound: bool, body: &mut Body) {
        let found = self.cursor.rest().first().cloned();
        let is_pattern = bound || (matches!(&found, Some(TokenTree::Group(_))) && self.cursor.is_assign(1));
        if !is_pattern && !self.semicolon && self.cursor.next_statement().is_none() {
            let tokens = self.cursor.take(usize::MAX);
            return self.expression(&tokens, body);
        }
        let message = match &found {
            Some(_) if is_pattern => {
                "a node is one name, not a pattern; write `name = task(..);` and take its value apart in the \
                 tasks or arguments that use it"
                    .to_owned()
            }
            Some(token) => format!("expected a statement `name = task(..);`, found {}", named(token)),
            None => "expected `name = task(..);` after `let`".to_owned(),
        };
        match found {
            Some(token) => self.errors.on(token, message),
            None => self.errors.at(self.cursor.last_span(), message),
        }
        if is_pattern {
            self.skip_pattern();
        } else {
            self.skip_block();
        }
    }

    /// Goes on where the next statement seems to begin; returns how many tokens that skips.
    fn skip_statement(&mut self) -> usize {
        let before = self.cursor.rest().len();
        // The name of the broken statement may itself stand before a `=`.
        self.cursor.skip(1);
        match self.cursor.next_statement() {
            Some(ahead) => self.cursor.skip(ahead),
            None => self.cursor.skip_all(),
        }
        before - self.cursor.rest().len()
    }

    /// Past `(a, b) = task(..)`, whose `=` does not begin another statement.
    fn skip_pattern(&mut self) {
        while !self.cursor.is_empty() && !self.cursor.is_assign(0) {
            self.cursor.skip(1);
        }
        self.skip_statement();
    }

    /// Past `for … { … }` or `if … { … } else { … }`: such code ends without a `;`.
    fn skip_block(&mut self) {
        let inner = &mut *self.inner;
        self.cursor.skip_block(|braces| names_in(braces, inner));
    }

    fn attributes(&mut self) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while self.cursor.is_punct(0, '#') {
            let inner = usize::from(self.cursor.is_punct(1, '!'));
            if self.cursor.group(1 + inner, Delimiter::Bracket).is_none() {
                break;
            }
            let tokens = joined(&self.cursor.take(2 + inner));
            if inner == 1 {
                let message = "`#![..]` stands at the very beginning of a bare `flow!`; \
                               a named flow takes `#[flow(..)]` before its `fn`";
                self.errors.on(tokens, message);
                continue;
            }
            match Attribute::parse_outer.parse2(tokens) {
                Ok(read) => attributes.extend(read),
                Err(error) => self.errors.push(error),
            }
        }
        attributes
    }
}

fn statement(before: Before, name: Ident, call: Option<Call>) -> Statement {
    // What its upstream is to it depends on its rules.
    let call = call.map(|call| Call {
        complete: call.complete && !before.options_are_broken,
        ..call
    });
    Statement {
        docs: before.docs,
        options: before.options,
        name,
        call,
    }
}

/// The names before a `=` in a block, at any depth of blocks.
fn names_in(block: &Group, names: &mut Vec<Ident>) {
    let cursor = Cursor::new(flat(block.stream()));
    for (ahead, token) in cursor.rest().iter().enumerate() {
        match token {
            TokenTree::Ident(name) if cursor.is_assign(ahead + 1) && !is_keyword(name) && name != "_" => {
                names.push(name.clone());
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => names_in(group, names),
            _ => {}
        }
    }
}
