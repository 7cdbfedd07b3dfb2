//! Tells whether an argument is a literal, and how its value looks in a path.
//! A literal that has no look of its own (`b"…"`, `c"…"`) counts as an expression.

use proc_macro2::{TokenStream, TokenTree};
use syn::Lit;

/// A literal's value as `Display` writes it.
#[derive(Debug, PartialEq)]
pub(super) struct Literal {
    pub(super) text: String,
    /// Floats look as their parameter's type has it; of equal texts the values are equal in either type.
    pub(super) is_float: bool,
}

/// The value, when `tokens` are one literal.
pub(super) fn read(tokens: &TokenStream) -> Option<Literal> {
    let mut tokens = tokens.clone().into_iter();
    let first = tokens.next()?;
    let (negative, literal) = match first {
        TokenTree::Punct(punct) if punct.as_char() == '-' => (true, tokens.next()?),
        other => (false, other),
    };
    if tokens.next().is_some() {
        return None;
    }
    let lit: Lit = match literal {
        TokenTree::Literal(literal) => Lit::new(literal),
        word @ TokenTree::Ident(_) => syn::parse2(word.into()).ok()?,
        _ => return None,
    };
    let sign = if negative { "-" } else { "" };
    let text = match lit {
        Lit::Int(int) if matches!(int.suffix(), "f32" | "f64") => return float(sign, int.base10_digits()),
        Lit::Float(value) => return float(sign, value.base10_digits()),
        // `-0` is no other number than `0`.
        Lit::Int(int) if int.base10_digits() == "0" => "0".to_owned(),
        Lit::Int(int) => format!("{sign}{}", int.base10_digits()),
        _ if negative => return None,
        Lit::Bool(value) => value.value.to_string(),
        Lit::Char(value) => value.value().to_string(),
        Lit::Str(value) => value.value(),
        Lit::Byte(value) => value.value().to_string(),
        _ => return None,
    };
    Some(Literal {
        text,
        is_float: false,
    })
}

fn float(sign: &str, digits: &str) -> Option<Literal> {
    let value: f64 = format!("{sign}{digits}").parse().ok()?;
    Some(Literal {
        text: value.to_string(),
        is_float: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_the_text_of_their_value() {
        let cases = [
            ("1", "1", false),
            ("1_000u32", "1000", false),
            ("0xff", "255", false),
            ("-3", "-3", false),
            ("-0", "0", false),
            ("007", "7", false),
            ("1.50", "1.5", true),
            ("-2.0f32", "-2", true),
            ("1f64", "1", true),
            ("1e3", "1000", true),
            ("true", "true", false),
            ("'a'", "a", false),
            ("b'a'", "97", false),
            (r#""a\tb""#, "a\tb", false),
            (r##"r#"a"b"#"##, "a\"b", false),
        ];
        for (source, text, is_float) in cases {
            let wanted = Literal {
                text: text.to_owned(),
                is_float,
            };
            assert_eq!(read(&source.parse().unwrap()), Some(wanted), "{source}");
        }
    }

    #[test]
    fn anything_else_has_none() {
        for source in [
            "a", "1 + 1", "b\"a\"", "c\"a\"", "-\"a\"", "--1", "(1)", "-true", "", "-",
        ] {
            assert_eq!(read(&source.parse().unwrap()), None, "{source}");
        }
    }
}
