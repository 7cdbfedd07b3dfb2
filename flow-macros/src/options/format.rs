//! `format = …`: the name of a format of ours, or the path of an author's own.

use proc_macro2::{Span, TokenStream};
use syn::{Lit, Path, parse::Parser as _, spanned::Spanned as _};

use super::error;
use super::value::{but_found, literal};
use crate::suggest;
use crate::template::{Format, without_feature};

/// How a checkpoint is written.
#[derive(Clone)]
pub(crate) enum Written {
    /// In a format of ours.
    In(Format),
    /// By a type that implements `Format`.
    By(Path),
}

/// What `format =` says, and where.
pub(crate) fn format(value: TokenStream) -> syn::Result<(Written, Span)> {
    let names = Format::ALL.map(|(_, name, _)| name);
    let listed = names.map(|name| format!("`{name}`")).join(", ");
    if let Some(Lit::Str(string)) = literal(value.clone()) {
        let text = string.value();
        let meant = Format::named(&text)
            .map(|_| text.as_str())
            .or_else(|| suggest::closest(&text, names));
        let message = format!(
            "a format is written without quotes; write `format = {}`",
            meant.unwrap_or("json")
        );
        return Err(error(value, message));
    }
    let Ok(path) = Path::parse_mod_style.parse2(value.clone()) else {
        let message = format!(
            "expected a format{}; write one of {listed}, or the name of a type that implements `Format`",
            but_found(&value)
        );
        return Err(error(value, message));
    };
    let Some(word) = path.get_ident() else {
        return Ok((Written::By(path.clone()), path.span()));
    };
    let text = word.to_string();
    match Format::named(&text) {
        Some(format) => match format.missing() {
            Some(feature) => {
                let message = without_feature(&format!("the format `{text}`"), feature);
                Err(error(word, message))
            }
            None => Ok((Written::In(format), word.span())),
        },
        // Names of types are written so, and no name of ours is.
        None if text.starts_with(char::is_uppercase) => Ok((Written::By(path.clone()), word.span())),
        None => {
            let message = match suggest::closest(&text, names) {
                Some(meant) => format!("unknown format `{text}`; did you mean `{meant}`?"),
                None => format!(
                    "unknown format `{text}`; write one of {listed}, or a type that implements `Format`"
                ),
            };
            Err(error(word, message))
        }
    }
}
