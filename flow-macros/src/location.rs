//! Where in an author's source a token stands.
//! Outside of a compiler (in unit tests) every token stands at 1:1.

use proc_macro2::Span;

/// Line and column of the token, both from 1.
pub(crate) fn of(span: Span) -> (u32, u32) {
    if !proc_macro::is_available() {
        return (1, 1);
    }
    let span = span.unwrap();
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    (number(span.line()), number(span.column()))
}
