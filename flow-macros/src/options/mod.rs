//! Options as `#[task(…)]` and `#[node(…)]` write them: `name = value` between commas, each read by itself, so that one
//! mistake hides no other. What an option means is its reader's.

pub(crate) mod duration;
pub(crate) mod format;
pub(crate) mod value;

use std::fmt::Display;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;

use crate::suggest;

/// A value and the span of the option's name.
pub(crate) struct Given<T> {
    pub(crate) option: Span,
    pub(crate) value: T,
}

impl<T> Given<T> {
    pub(crate) fn new(option: Span, value: T) -> Self {
        Self { option, value }
    }
}

/// One option as it stands there.
pub(crate) struct Entry {
    pub(crate) name: Ident,
    /// The name as a string, without `r#`.
    pub(crate) option: String,
    /// What stands after `=`, or between the parentheses of an option that takes a list.
    pub(crate) value: TokenStream,
}

/// The options that one attribute takes, and how each is written.
pub(crate) struct Known {
    /// Who takes them: `#[task]`.
    pub(crate) taker: &'static str,
    /// Each by name, with an example; one whose example has a parenthesis takes a list.
    pub(crate) options: &'static [(&'static str, &'static str)],
    /// Words that belong elsewhere, or come later, with what to say of them.
    pub(crate) others: &'static [(&'static str, &'static str)],
    /// What an option, or one of the others, is called elsewhere: that word, and ours.
    pub(crate) foreign: &'static [(&'static str, &'static str)],
}

impl Known {
    /// How the option is written.
    pub(crate) fn example(&self, option: &str) -> &'static str {
        let mut options = self.options.iter();
        options
            .find(|(name, _)| *name == option)
            .map_or("", |(_, example)| example)
    }

    /// The option that `tokens` hold; `None` for nothing between two commas. `seen` are those before it.
    pub(crate) fn entry(&self, tokens: Vec<TokenTree>, seen: &mut Vec<String>) -> syn::Result<Option<Entry>> {
        let mut tokens = tokens.into_iter();
        let name = match tokens.next() {
            Some(TokenTree::Ident(name)) => name,
            Some(other) => {
                let example = self.options[0].1;
                return Err(error(other, format!("expected an option such as `{example}`")));
            }
            None => return Ok(None),
        };
        let option = name.unraw().to_string();
        if let Some((_, message)) = self.others.iter().find(|(other, _)| *other == option) {
            return Err(error(name, message));
        }
        if !self.options.iter().any(|(known, _)| *known == option) {
            return Err(error(name, self.unknown(&option)));
        }
        if seen.contains(&option) {
            return Err(error(name, format!("`{option}` is given twice; keep one")));
        }
        seen.push(option.clone());
        let value = self.value(&name, &option, &mut tokens)?;
        Ok(Some(Entry { name, option, value }))
    }

    fn value(
        &self,
        name: &Ident,
        option: &str,
        tokens: &mut impl Iterator<Item = TokenTree>,
    ) -> syn::Result<TokenStream> {
        let example = self.example(option);
        let needs = || error(name, format!("`{option}` needs a value; write `{example}`"));
        let takes_list = example.contains('(');
        let value: TokenStream = match tokens.next() {
            Some(TokenTree::Group(group)) if takes_list && group.delimiter() == Delimiter::Parenthesis => {
                if let Some(other) = tokens.next() {
                    return Err(error(&other, format!("expected `,` before `{other}`")));
                }
                group.stream()
            }
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' && !takes_list => tokens.collect(),
            Some(other) if takes_list => {
                let message = format!("expected `(` after `{option}`; write `{example}`");
                return Err(error(other, message));
            }
            Some(other) => {
                let message = format!("expected `=` after `{option}`; write `{example}`");
                return Err(error(other, message));
            }
            None => return Err(needs()),
        };
        if value.is_empty() {
            return Err(needs());
        }
        let words: Vec<TokenTree> = value.clone().into_iter().collect();
        if let [TokenTree::Literal(_), next @ TokenTree::Ident(_), ..] = &words[..] {
            return Err(error(next, format!("expected `,` before `{next}`")));
        }
        Ok(value)
    }

    fn unknown(&self, option: &str) -> String {
        let names = || self.options.iter().map(|(name, _)| *name);
        if let Some((_, ours)) = self.foreign.iter().find(|(theirs, _)| *theirs == option) {
            if let Some((_, message)) = self.others.iter().find(|(other, _)| other == ours) {
                return format!("unknown option `{option}`; {message}");
            }
            let example = self.example(ours);
            return format!("unknown option `{option}`; did you mean `{ours}`, as in `{example}`?");
        }
        if let Some(meant) = suggest::closest(option, names()) {
            return format!("unknown option `{option}`; did you mean `{meant}`?");
        }
        let known: Vec<String> = names().map(|known| format!("`{known}`")).collect();
        format!(
            "unknown option `{option}`; {} takes {}",
            self.taker,
            known.join(", ")
        )
    }
}

pub(crate) fn error(tokens: impl ToTokens, message: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

/// The options between commas; a comma within brackets is not one of ours, nor one between the names of a closure.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut split = vec![Vec::new()];
    let mut in_closure = false;
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' && !in_closure => {
                split.push(Vec::new());
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == '|' => in_closure = !in_closure,
            _ => {}
        }
        split.last_mut().expect("it starts with one").push(token);
    }
    split
}
