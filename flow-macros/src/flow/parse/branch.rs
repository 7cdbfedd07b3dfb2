//! Reads `if condition { task(..) } else { other(..) }` and `match value { pattern => task(..), .. }` right of a `=`: the
//! conditions, which are Rust, and the calls in the arms, which are not.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, Pat, Token};

use super::call::{self, Place};
use super::cursor::{Cursor, flat, joined, named};
use crate::errors::Errors;
use crate::flow::syntax::{Branch, BranchForm, Call, Condition, Pattern};

/// Reads an `if` or `match`; the cursor stands at that word. `None` where there is no call in it, which is reported.
pub(super) fn read(name: &Ident, cursor: &mut Cursor, errors: &mut Errors) -> Option<Call> {
    let mut arms = Arms {
        name,
        calls: Vec::new(),
        complete: true,
        errors,
    };
    let form = if cursor.is_word(0, "if") {
        arms.read_if(cursor)
    } else {
        arms.read_match(cursor)
    };
    if form.is_none() {
        // Past what cannot be read: its last braces, or all.
        cursor.skip_block(|_| {});
    }
    let complete = arms.complete && form.is_some();
    let mut calls = arms.calls.into_iter();
    let first = calls.next()?;
    let others: Vec<Call> = calls.collect();
    Some(Call {
        complete: complete && first.complete && others.iter().all(|call| call.complete),
        branch: form.filter(|_| complete).map(|form| Branch { form, others }),
        ..first
    })
}

/// The arms that were read.
struct Arms<'a> {
    name: &'a Ident,
    calls: Vec<Call>,
    /// Whether all of them could be.
    complete: bool,
    errors: &'a mut Errors,
}

impl Arms<'_> {
    fn read_if(&mut self, cursor: &mut Cursor) -> Option<BranchForm<Condition>> {
        let name = self.name;
        let example = format!("write `{name} = if condition {{ task(..) }} else {{ other(..) }};`");
        let mut conditions = Vec::new();
        loop {
            let keyword = cursor.take(1)[0].span();
            conditions.push(self.condition(cursor, keyword, "a condition", &example)?);
            let braces = self.braces(cursor, keyword, "`{ task(..) }` after the condition", &example)?;
            self.arm(&braces);
            if !cursor.is_word(0, "else") {
                break;
            }
            let word = cursor.take(1)[0].span();
            if cursor.is_word(0, "if") {
                continue;
            }
            let braces = self.braces(cursor, word, "`{ other(..) }` or `if` after `else`", &example)?;
            self.arm(&braces);
            return Some(BranchForm::If {
                conditions,
                has_else: true,
            });
        }
        Some(BranchForm::If {
            conditions,
            has_else: false,
        })
    }

    fn read_match(&mut self, cursor: &mut Cursor) -> Option<BranchForm<Condition>> {
        let name = self.name;
        let example = format!("write `{name} = match value {{ pattern => task(..), _ => other(..) }};`");
        let keyword = cursor.take(1)[0].span();
        let of = self.condition(cursor, keyword, "what is matched", &example)?;
        let braces = self.braces(
            cursor,
            keyword,
            "`{ pattern => task(..), .. }` after what is matched",
            &example,
        )?;
        let mut inside = Cursor::new(flat(braces.stream()));
        if inside.is_empty() {
            let message = format!("expected an arm `pattern => task(..)` between the braces; {example}");
            self.errors.on(&braces, message);
            self.complete = false;
        }
        let mut patterns = Vec::new();
        while !inside.is_empty() {
            let Some((pattern, arrow)) = self.pattern(&mut inside) else {
                // What stands behind it may be anything.
                self.complete = false;
                break;
            };
            patterns.push(pattern);
            if let Some(braces) = inside.group(0, Delimiter::Brace).cloned() {
                inside.skip(1 + usize::from(inside.is_punct(1, ',')));
                self.arm(&braces);
            } else {
                let length = (0..inside.rest().len()).find(|&ahead| inside.is_punct(ahead, ','));
                let length = length.unwrap_or(inside.rest().len());
                let tokens = inside.take(length);
                inside.skip(1);
                self.call(tokens, &arrow, "`,`");
            }
        }
        Some(BranchForm::Match { of, patterns })
    }

    /// What stands before the braces of an arm, or of a `match`.
    fn condition(
        &mut self,
        cursor: &mut Cursor,
        keyword: Span,
        what: &str,
        example: &str,
    ) -> Option<Condition> {
        // Braces are a block where a condition is expected, unless there are no others.
        let is_missing =
            cursor.is_empty() || (cursor.group(0, Delimiter::Brace).is_some() && !has_braces(cursor));
        if is_missing {
            self.errors
                .at(keyword, format!("expected {what} here; {example}"));
            return None;
        }
        let (expression, tokens) = self.parsed(cursor, Expr::parse_without_eager_brace)?;
        if let Expr::Assign(assign) = &expression {
            self.errors.on(
                assign.eq_token,
                "a condition compares and does not assign; write `==`, or `let` before the pattern",
            );
            self.complete = false;
        }
        Some(Condition { tokens, expression })
    }

    /// What a parser of syn's reads here, and its tokens.
    fn parsed<T>(
        &mut self,
        cursor: &mut Cursor,
        parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> Option<(T, TokenStream)> {
        let with_rest = |input: ParseStream<'_>| Ok((parser(input)?, input.parse::<TokenStream>()?));
        match with_rest.parse2(joined(cursor.rest())) {
            Ok((read, after)) => {
                let length = cursor.rest().len() - after.into_iter().count();
                Some((read, joined(&cursor.take(length))))
            }
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    fn braces(&mut self, cursor: &mut Cursor, word: Span, what: &str, example: &str) -> Option<Group> {
        if let Some(group) = cursor.group(0, Delimiter::Brace).cloned() {
            cursor.skip(1);
            return Some(group);
        }
        let at = cursor.peek(0).map_or(word, TokenTree::span);
        self.errors.at(at, format!("expected {what}; {example}"));
        None
    }

    /// `pattern if guard =>`, with the arrow.
    fn pattern(&mut self, cursor: &mut Cursor) -> Option<(Pattern<Condition>, TokenStream)> {
        let parser = |input: ParseStream<'_>| {
            let attributes = input.call(Attribute::parse_outer)?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<Token![if]>>()? {
                Some(_) => Some(input.parse::<Expr>()?),
                None => None,
            };
            Ok((attributes, pattern, guard))
        };
        let ((attributes, pattern, guard), _) = self.parsed(cursor, parser)?;
        if let Some(attribute) = attributes.first() {
            self.errors.on(
                attribute,
                "an arm takes no attributes; `#[node(..)]` before the statement holds for all of them",
            );
            self.complete = false;
        }
        if !cursor.is_joint(0, '=', '>') {
            let message = "expected `=>` after the pattern; write `pattern => task(..)`";
            match cursor.peek(0) {
                Some(token) => self.errors.on(token, message),
                None => self.errors.at(cursor.last_span(), message),
            }
            return None;
        }
        let arrow = joined(&cursor.take(2));
        let guard = guard.map(|expression| Condition {
            tokens: expression.to_token_stream(),
            expression,
        });
        Some((Pattern { pattern, guard }, arrow))
    }

    /// The call between the braces of an arm.
    fn arm(&mut self, braces: &Group) {
        if braces.stream().is_empty() {
            self.errors
                .on(braces, "an arm is the call of a task; write `{ task(..) }`");
            self.complete = false;
            return;
        }
        self.call(flat(braces.stream()), &TokenStream::new(), "`}`");
    }

    /// The one call of an arm.
    fn call(&mut self, tokens: Vec<TokenTree>, before: &TokenStream, end: &str) {
        let mut cursor = Cursor::new(tokens);
        if cursor.is_empty() {
            self.errors.on(
                before,
                "an arm is the call of a task; write `pattern => task(..)`",
            );
            self.complete = false;
            return;
        }
        if let Some(statement) = cursor.next_statement() {
            let found = cursor
                .peek(statement)
                .map_or_else(Span::call_site, TokenTree::span);
            self.errors.at(
                found,
                "an arm is one call; other tasks stand in statements of their own, and the arm uses their names",
            );
            self.complete = false;
            return;
        }
        let Some(call) = call::read_in(self.name, Span::call_site(), &mut cursor, Place::Arm, self.errors)
        else {
            self.complete = false;
            return;
        };
        if let Some(token) = cursor.peek(0).filter(|_| call.complete) {
            let message = match token {
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    "the call is the value of the arm; leave the `;` out".to_owned()
                }
                token => format!("expected {end} after the call, found {}", named(token)),
            };
            self.errors.on(token, message);
            self.complete = false;
        }
        self.calls.push(call);
    }
}

/// Whether there are braces behind the next ones, before anything begins that is no part of a condition.
fn has_braces(cursor: &Cursor) -> bool {
    let is_else = |ahead: usize| cursor.is_word(ahead, "else");
    (1..cursor.rest().len())
        .take_while(|&ahead| !is_else(ahead))
        .any(|ahead| cursor.group(ahead, Delimiter::Brace).is_some())
}
