//! The values of options: strings, numbers, paths; `duration` has the durations. Each is refused with what was expected, what was found and
//! how the option is written.

use proc_macro2::TokenStream;
use syn::{
    Lit, LitFloat, LitInt, LitStr, Path, Token, bracketed, parse::Parser as _, punctuated::Punctuated,
};

use super::error;

/// One literal and nothing after it.
pub(crate) fn literal(value: TokenStream) -> Option<Lit> {
    syn::parse2(value).ok()
}

/// That something else stands where `what` should; `example` shows the whole option.
pub(crate) fn expected(what: &str, example: &str, found: TokenStream) -> syn::Error {
    let message = format!("expected {what}{}; write `{example}`", but_found(&found));
    error(found, message)
}

/// `, found a string`; nothing where it has no short name.
pub(crate) fn but_found(tokens: &TokenStream) -> String {
    let found = match literal(tokens.clone()) {
        Some(Lit::Str(_)) => "a string",
        Some(Lit::Int(integer)) if integer.to_string().starts_with('-') => "a negative one",
        Some(Lit::Int(_)) => "an integer",
        Some(Lit::Float(_)) => "a float",
        Some(Lit::Char(_)) => "a character",
        Some(Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_)) => "bytes",
        Some(Lit::Bool(bool)) => return format!(", found `{}`", bool.value),
        _ => match Path::parse_mod_style.parse2(tokens.clone()) {
            Ok(_) => return format!(", found `{}`", text_of(tokens)),
            Err(_) => return String::new(),
        },
    };
    format!(", found {found}")
}

/// The tokens without blanks.
fn text_of(tokens: &TokenStream) -> String {
    tokens
        .clone()
        .into_iter()
        .map(|token| token.to_string())
        .collect()
}

/// A string literal.
pub(crate) fn string(value: TokenStream, example: &str) -> syn::Result<LitStr> {
    match literal(value.clone()) {
        Some(Lit::Str(string)) if string.suffix().is_empty() => Ok(string),
        _ => Err(expected("a string literal", example, value)),
    }
}

/// `true` or `false`.
pub(crate) fn boolean(value: TokenStream, example: &str) -> syn::Result<bool> {
    match literal(value.clone()) {
        Some(Lit::Bool(bool)) => Ok(bool.value),
        _ => Err(expected("`true` or `false`", example, value)),
    }
}

/// More attempts of a node than this are not told apart.
const MOST: u32 = 1 << 30;

/// A number of times.
pub(crate) fn count(value: TokenStream, example: &str) -> syn::Result<u32> {
    match literal(value.clone()) {
        Some(Lit::Int(integer)) if !integer.to_string().starts_with('-') => {
            without_suffix(&value, integer.suffix(), integer.base10_digits(), example)?;
            let count = integer.base10_parse().ok().filter(|count| *count <= MOST);
            count.ok_or_else(|| error(&integer, format!("`{integer}` is too many; at most {MOST}")))
        }
        _ => Err(expected("a whole number", example, value)),
    }
}

/// A number with or without a point.
pub(crate) fn number(value: TokenStream, example: &str) -> syn::Result<f64> {
    let literal = literal(value.clone());
    let (digits, suffix) = match &literal {
        Some(Lit::Int(integer)) => (integer.base10_digits(), LitInt::suffix(integer)),
        Some(Lit::Float(float)) => (float.base10_digits(), LitFloat::suffix(float)),
        _ => return Err(expected("a number", example, value)),
    };
    without_suffix(&value, suffix, digits, example)?;
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => {
            let message = format!("`{digits}` is more than a number holds; write one such as `{example}`");
            Err(error(value, message))
        }
    }
}

/// That an option's name tells the type of its number.
fn without_suffix(value: &TokenStream, suffix: &str, digits: &str, example: &str) -> syn::Result<()> {
    if suffix.is_empty() {
        return Ok(());
    }
    let message = format!(
        "a number is written without its type here; write `{} = {digits}`",
        option(example)
    );
    Err(error(value, message))
}

/// The option that an example shows.
fn option(example: &str) -> &str {
    example.split_once(" =").map_or(example, |(option, _)| option)
}

/// The path of an item.
pub(crate) fn path(value: TokenStream, what: &str, example: &str) -> syn::Result<Path> {
    if let Some(Lit::Str(string)) = literal(value.clone()) {
        let message = format!(
            "a path is written without quotes; write `{} = {}`",
            option(example),
            string.value()
        );
        return Err(error(value, message));
    }
    Path::parse_mod_style
        .parse2(value.clone())
        .map_err(|_| error(&value, format!("expected {what}; write `{example}`")))
}

/// `["a", "b"]`.
pub(crate) fn strings(value: TokenStream, example: &str) -> syn::Result<Vec<LitStr>> {
    let list = |input: syn::parse::ParseStream<'_>| {
        let inner;
        bracketed!(inner in input);
        Punctuated::<LitStr, Token![,]>::parse_terminated(&inner)
    };
    match list.parse2(value.clone()) {
        Ok(list) => Ok(list.into_iter().collect()),
        Err(_) => Err(expected("a list of strings", example, value)),
    }
}
