//! Where in an author's source a token stands, as a constant of the expansion.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

/// `Location::new(file, line, column)` of the token; line and column from 1.
pub(crate) fn of(span: Span) -> TokenStream {
    let start = span.start();
    let line = Literal::usize_unsuffixed(start.line);
    let column = Literal::usize_unsuffixed(start.column + 1);
    quote!(__flow::Location::new(::core::file!(), #line, #column))
}
