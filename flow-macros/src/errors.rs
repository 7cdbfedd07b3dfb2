//! Collects the errors of one macro call, so that an author sees all of them at once.
//! It neither prints nor decides anything: a phase reports, and whoever called it finishes.

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;

/// The errors found so far, in the order in which they were found.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    /// No errors yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Reports an error at one token.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.found.push(syn::Error::new(span, message));
    }

    /// Reports an error from the first to the last of these tokens.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.found.push(syn::Error::new_spanned(tokens, message));
    }

    /// Takes over an error that syn, or another phase, has made.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// All errors as one, or `Ok` when there was none.
    pub(crate) fn finish(self) -> Result<(), syn::Error> {
        let mut found = self.found.into_iter();
        let Some(mut all) = found.next() else {
            return Ok(());
        };
        all.extend(found.flatten());
        Err(all)
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn without_errors_it_finishes_well() {
        assert!(Errors::new().finish().is_ok());
    }

    #[test]
    fn all_errors_are_kept_in_their_order() {
        let mut errors = Errors::new();
        errors.at(Span::call_site(), "first");
        errors.on(quote!(a b), "second");
        let mut two = syn::Error::new(Span::call_site(), "third");
        two.combine(syn::Error::new(Span::call_site(), "fourth"));
        errors.push(two);
        let all = errors.finish().unwrap_err();
        let messages: Vec<String> = all.into_iter().map(|error| error.to_string()).collect();
        assert_eq!(messages, ["first", "second", "third", "fourth"]);
    }
}
