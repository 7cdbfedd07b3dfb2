//! Puts tokens of ours in the author's places, where rustc then says what is wrong.
//! Names still mean what they mean at the call of the macro.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Type;

use crate::task::model::Task;

/// `<Self as Task>::Output`, spanned at what the function returns: there rustc says which bound it misses.
pub(super) fn named_output(task: &Task) -> TokenStream {
    let (first, last) = output_ends(task);
    let mut output = quote_spanned!(first=> <Self as);
    output.extend(quote!(__flow::Task));
    output.extend(quote_spanned!(last=> >::Output));
    output
}

/// The first and the last token of the return type, else the function's name.
pub(super) fn output_ends(task: &Task) -> (Span, Span) {
    if let Some(ty) = &task.output.ty {
        return ends(ty);
    }
    let name = at(task.function.sig.ident.span());
    (name, name)
}

/// The first and the last token: from one to the other rustc underlines all, on stable too.
pub(super) fn ends(ty: &Type) -> (Span, Span) {
    let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
    let span = |token: Option<&TokenTree>| at(token.map_or_else(Span::call_site, TokenTree::span));
    (span(tokens.first()), span(tokens.last()))
}

/// Tokens of ours in a place of the author's.
pub(super) fn at(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}
