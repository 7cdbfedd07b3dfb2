//! `flow!`: parse → resolve → check → expand, with the errors of all phases reported together.
//! The phases before `expand` can fail and make no code; `expand` makes code and cannot fail.

mod check;
mod demands;
mod expand;
mod literal;
mod locals;
mod mentions;
mod model;
mod parse;
mod resolve;
mod syntax;
mod target;

use proc_macro2::TokenStream;

pub(crate) use self::expand::source;

use crate::errors::Errors;

/// What `flow! { input }` stands for.
pub(crate) fn flow(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let flow = parse::read(input, &mut errors).map(|syntax| {
        let mut flow = resolve::resolve(syntax, &mut errors);
        check::check(&mut flow, &mut errors);
        flow
    });
    let error = errors.finish().err();
    match flow {
        Some(flow) => expand::expand(&flow, error.as_ref()),
        None => error.map(syn::Error::into_compile_error).unwrap_or_default(),
    }
}
