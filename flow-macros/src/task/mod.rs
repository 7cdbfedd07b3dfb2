//! `#[task]`: a function becomes a task struct beside itself, in phases that the file list shows.
//! Parse reads, model lowers, check reports everything at once, expand writes and cannot fail.

mod check;
mod defaults;
mod expand;
mod lifetimes;
mod model;
mod options;
mod parse;
mod types;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use self::{model::Task, options::Options, parse::Function};
use crate::errors::Errors;

/// The expansion of `#[task(attr)] item`.
///
/// The function itself is always part of it, and so is its struct wherever one can be made: one mistake is one
/// error, and the editor knows the task while it is being written.
pub(crate) fn task(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let read = read(attr, item, &mut errors);
    let error = errors.finish().err();
    match read {
        Ok(task) => expand::expand(&task, error),
        Err(mut untouched) => {
            untouched.extend(error.map(syn::Error::into_compile_error));
            untouched
        }
    }
}

/// The task, checked; what is to be emitted in its place when there is none.
fn read(attr: TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Task, TokenStream> {
    let options = Options::parse(attr, errors);
    let item = defaults::without(with_body(item, errors));
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.push(error);
            return Err(item);
        }
    };
    if let Some(error) = check::associated(&function) {
        // A struct inside of an `impl` block would be a second error.
        errors.push(error);
        return Err(function.into_token_stream());
    }
    let task = Task::new(function, options, errors);
    check::check(&task, errors);
    Ok(task)
}

/// A body in the place of a `;`: without one rustc would report the function too, and so would the flows that call it.
fn with_body(item: TokenStream, errors: &mut Errors) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let is_function = tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
    match tokens.last() {
        Some(TokenTree::Punct(end)) if is_function && end.as_char() == ';' => {
            errors.at(end.span(), "a task needs a body; write `{ … }` instead of `;`");
            tokens.pop();
            tokens.extend(quote!({ ::core::unreachable!() }));
        }
        _ => {}
    }
    tokens.into_iter().collect()
}

#[cfg(test)]
mod tests;
