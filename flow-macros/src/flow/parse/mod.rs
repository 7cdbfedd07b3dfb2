//! Reads `flow! { … }` into its syntax, tolerantly: whatever can be read is there, beside the errors.
//! It knows the two forms and their parts; what names mean, and rules between parts, come later.

mod arguments;
mod body;
mod branch;
mod call;
mod cursor;
mod each;
mod header;
mod options;
mod parameters;
mod resource;
mod words;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Attribute;
use syn::parse::Parser;

use self::cursor::{Cursor, joined};
use self::words::is_keyword;
use super::syntax::{Form, Syntax};
use crate::errors::Errors;

/// Reads the input of the macro.
///
/// `None` when not even the head of a named flow can be read, which is reported.
pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Option<Syntax> {
    if is_named(&tokens) {
        return header::read(tokens, errors);
    }
    let (attributes, rest) = inner_attributes(tokens, errors);
    let options = options::read_inner(&attributes, errors);
    let body = body::read(rest, errors);
    Some(Syntax {
        form: Form::Bare,
        krate: options.krate,
        statements: body.statements,
        tail: body.tail,
    })
}

/// Whether the input is `#[..] pub fn …`, by looking past the attributes.
fn is_named(tokens: &TokenStream) -> bool {
    let cursor = Cursor::new(tokens.clone().into_iter().collect());
    let mut ahead = 0;
    let mut options = false;
    while cursor.is_punct(ahead, '#') {
        let Some(attribute) = cursor.group(ahead + 1, Delimiter::Bracket) else {
            break;
        };
        let name = attribute.stream().into_iter().next();
        options |= matches!(name, Some(TokenTree::Ident(name)) if name == "flow");
        ahead += 2;
    }
    let words = ["pub", "fn", "async", "const", "unsafe", "extern"];
    // `$visibility` of a `macro_rules!` arrives in a group, an empty one too.
    let visibility = matches!(cursor.peek(ahead), Some(TokenTree::Group(group))
        if group.delimiter() == Delimiter::None && is_visibility(group.stream()));
    options || visibility || words.iter().any(|word| cursor.is_word(ahead, word)) || is_head(&cursor, ahead)
}

/// `name(..) -> Type {` and `name(..) {`: no statement, but a named flow whose `fn` is missing.
fn is_head(cursor: &Cursor, at: usize) -> bool {
    cursor.ident(at).is_some_and(|name| !is_keyword(name))
        && cursor.group(at + 1, Delimiter::Parenthesis).is_some()
        && (cursor.is_joint(at + 2, '-', '>') || cursor.group(at + 2, Delimiter::Brace).is_some())
}

fn is_visibility(tokens: TokenStream) -> bool {
    syn::parse2::<syn::Visibility>(tokens).is_ok()
}

/// The `#![..]` at the beginning, and the rest.
fn inner_attributes(tokens: TokenStream, errors: &mut Errors) -> (Vec<Attribute>, TokenStream) {
    let mut cursor = Cursor::new(tokens.into_iter().collect());
    let mut attributes = Vec::new();
    while cursor.is_punct(0, '#') && cursor.is_punct(1, '!') && cursor.group(2, Delimiter::Bracket).is_some()
    {
        match Attribute::parse_inner.parse2(joined(&cursor.take(3))) {
            Ok(read) => attributes.extend(read),
            Err(error) => errors.push(error),
        }
    }
    (attributes, joined(cursor.rest()))
}
