//! Reads `for name in items { task(..) }` right of a `=`: the names before `in`, what they go through, and the call.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::Expr;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use super::call::{self, Place};
use super::cursor::{Cursor, flat, joined, named};
use super::words::{is_keyword, is_reserved};
use crate::errors::Errors;
use crate::flow::syntax::{Call, Each, Items};

/// Names before `in`: more than these are a row of a table, and that is one name.
const MOST: usize = 3;

/// Reads a `for`; the cursor stands at that word. `None` where there is no call in it, which is reported.
pub(super) fn read(name: &Ident, cursor: &mut Cursor, errors: &mut Errors) -> Option<Call> {
    let length = cursor.next_statement().unwrap_or(cursor.rest().len());
    let mut side = Cursor::new(cursor.rest()[..length].to_vec());
    let keyword = side.take(1)[0].span();
    let example = format!("write `{name} = for item in items {{ task(item) }};`");
    let Some(body) = body(&side) else {
        cursor.skip(length);
        errors.at(
            keyword,
            format!("expected `{{ task(..) }}` after what the `for` goes through; {example}"),
        );
        return None;
    };
    let before = side.take(body);
    let Some(TokenTree::Group(group)) = side.next() else {
        unreachable!("`body` has found it")
    };
    // A `;` is missing where more follows, as the caller will find.
    cursor.skip(1 + body + 1);
    let each = head(&before, keyword, &example, errors);
    let mut call = inner(name, &group, errors)?;
    call.complete &= each.is_some();
    call.each = each;
    Some(call)
}

/// How far away the braces are in which the call stands: the last ones before the statement ends.
fn body(side: &Cursor) -> Option<usize> {
    let is_end = |ahead: usize| match side.peek(ahead) {
        None => true,
        // A `;` is missing.
        Some(token) => {
            matches!(token, TokenTree::Ident(_))
                || matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')
        }
    };
    (0..side.rest().len()).find(|&ahead| side.group(ahead, Delimiter::Brace).is_some() && is_end(ahead + 1))
}

/// `name in items`, `(a, b) in zip(x, y)`.
fn head(tokens: &[TokenTree], keyword: Span, example: &str, errors: &mut Errors) -> Option<Each> {
    let place = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Ident(word) if word == "in"));
    let Some(place) = place else {
        errors.at(
            keyword,
            format!("expected `in` after the names of the items; {example}"),
        );
        return None;
    };
    let items = &tokens[place + 1..];
    if items.is_empty() {
        errors.at(
            tokens[place].span(),
            format!("expected what the `for` goes through after `in`; {example}"),
        );
        return None;
    }
    let (names, is_tuple) = pattern(&tokens[..place], keyword, example, errors)?;
    let items = if is_tuple {
        zipped(items, &names, errors)?
    } else {
        vec![expression(joined(items), errors)?]
    };
    Some(Each { names, items })
}

/// The names before `in`, and whether they stand in parentheses.
fn pattern(
    tokens: &[TokenTree],
    keyword: Span,
    example: &str,
    errors: &mut Errors,
) -> Option<(Vec<Ident>, bool)> {
    let one = |name: &Ident, errors: &mut Errors| {
        let is_free = !is_keyword(name) && !is_reserved(name) && name != "_";
        if !is_free {
            let message = if name == "_" {
                "an item needs a name, which its children are told apart by; leave it out of the call if need be".to_owned()
            } else {
                format!("`{name}` is a keyword and cannot name an item")
            };
            errors.at(name.span(), message);
        }
        is_free.then(|| name.clone())
    };
    match tokens {
        [] => {
            errors.at(
                keyword,
                format!("expected a name for the items after `for`; {example}"),
            );
            None
        }
        [TokenTree::Ident(name)] => Some((vec![one(name, errors)?], false)),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            let list = Punctuated::<Ident, syn::Token![,]>::parse_terminated.parse2(group.stream());
            let names: Vec<Ident> = match list {
                Ok(list) if (2..=MOST).contains(&list.len()) => list.into_iter().collect(),
                _ => {
                    let message = format!(
                        "expected two to {MOST} names; write `for (a, b) in zip(x, y) {{ task(a, b) }}`"
                    );
                    errors.on(group, message);
                    return None;
                }
            };
            let sound: Vec<Ident> = names.iter().filter_map(|name| one(name, errors)).collect();
            (sound.len() == names.len()).then_some((sound, true))
        }
        tokens => {
            let message = "an item is one name, not a pattern; take it apart in the task, or in the arguments of the call";
            errors.on(joined(tokens), message);
            None
        }
    }
}

/// The lists of `zip(x, y)`, as many as names.
fn zipped(tokens: &[TokenTree], names: &[Ident], errors: &mut Errors) -> Option<Vec<Items>> {
    let lists = match tokens {
        [TokenTree::Ident(zip), TokenTree::Group(group)]
            if zip == "zip" && group.delimiter() == Delimiter::Parenthesis =>
        {
            Punctuated::<Expr, syn::Token![,]>::parse_terminated
                .parse2(group.stream())
                .map_err(|error| errors.push(error))
                .ok()?
        }
        _ => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let message = format!(
                "names in parentheses go through lists side by side; write `for ({}) in zip({}) {{ .. }}`, or one name, \
                 and take the item apart in the task",
                names.join(", "),
                ["xs", "ys", "zs", ".."][..names.len().min(4)].join(", ")
            );
            errors.on(joined(tokens), message);
            return None;
        }
    };
    if lists.len() != names.len() {
        let message = format!(
            "`zip` takes one list for each of the {} names before `in`, found {}",
            names.len(),
            lists.len()
        );
        errors.on(joined(tokens), message);
        return None;
    }
    let items = lists.into_iter().map(|expression| Items {
        tokens: quote::ToTokens::to_token_stream(&expression),
        expression,
    });
    Some(items.collect())
}

fn expression(tokens: TokenStream, errors: &mut Errors) -> Option<Items> {
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(expression) => Some(Items { tokens, expression }),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

/// The one call between the braces.
fn inner(name: &Ident, group: &Group, errors: &mut Errors) -> Option<Call> {
    let mut cursor = Cursor::new(flat(group.stream()));
    if let Some(statement) = cursor.next_statement() {
        let found = cursor
            .peek(statement)
            .map_or_else(|| group.span(), TokenTree::span);
        let message = "between the braces of a `for` stands one call; several tasks for each item are several `for`, \
                       each through the results of the one before";
        errors.at(found, message);
        return None;
    }
    let call = call::read_in(name, group.span_open(), &mut cursor, Place::For, errors)?;
    if let Some(token) = cursor.peek(0).filter(|_| call.complete) {
        let message = match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                "the call is the value of the `for`; leave the `;` out".to_owned()
            }
            token => format!("expected `}}` after the call, found {}", named(token)),
        };
        errors.on(token, message);
    }
    Some(call)
}
