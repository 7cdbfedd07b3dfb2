//! Finds the names that an expression mentions, token by token, inside macro calls and format strings too.
//! It decides no edges: it does not know which of the names are nodes, nor what rustc will take them for.

use proc_macro2::{Delimiter, Ident, Literal, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// A name that may stand for a value, without `r#`.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

/// All names in `tokens`, in their order, repeated as they are.
pub(super) fn names(tokens: TokenStream) -> Vec<Name> {
    let mut names = Vec::new();
    scan(tokens, Around::Code, &mut names);
    names
}

/// What tokens stand in.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Code,
    /// The parentheses of a macro call.
    Input,
    /// A group in the parentheses of a macro call.
    InInput,
}

fn scan(tokens: TokenStream, around: Around, names: &mut Vec<Name>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let place = Place { tokens: &tokens };
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(_) if around == Around::Input && place.argument_name(at).is_some() => {}
            TokenTree::Ident(ident) if place.is_value(at) => names.push(Name::of(ident)),
            TokenTree::Group(group) => {
                let inside = match around {
                    _ if place.is_macro_input(at) => Around::Input,
                    Around::Code => Around::Code,
                    Around::Input | Around::InInput => Around::InInput,
                };
                scan(group.stream(), inside, names);
            }
            TokenTree::Literal(literal) if around != Around::Code => {
                let first = names.len();
                format_arguments(literal, names);
                if around == Around::Input && names.len() > first {
                    // In `format!("{rows}", rows = 1)` the string means the argument.
                    let given: Vec<String> = (at + 1..tokens.len())
                        .filter_map(|at| place.argument_name(at))
                        .collect();
                    let captured = names.split_off(first).into_iter();
                    names.extend(captured.filter(|name| !given.contains(&name.text)));
                }
            }
            _ => {}
        }
    }
}

impl Name {
    fn of(ident: &Ident) -> Self {
        Self {
            text: ident.unraw().to_string(),
            span: ident.span(),
        }
    }
}

/// The tokens around one token.
struct Place<'a> {
    tokens: &'a [TokenTree],
}

impl Place<'_> {
    fn punct(&self, at: Option<usize>, wanted: char) -> bool {
        matches!(at.and_then(|at| self.tokens.get(at)), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
    }

    fn joint(&self, at: Option<usize>, first: char, second: char) -> bool {
        self.punct(at, first)
            && matches!(at.and_then(|at| self.tokens.get(at)), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint)
            && self.punct(at.map(|at| at + 1), second)
    }

    /// Whether the identifier here may be a variable: no field, method, part of a path, name of a field in a
    /// struct literal, macro, label or lifetime.
    fn is_value(&self, at: usize) -> bool {
        let before = at.checked_sub(1);
        let two_before = at.checked_sub(2);
        let after = Some(at + 1);
        let is_member = self.punct(before, '.') && !self.joint(two_before, '.', '.');
        let is_in_path = self.joint(two_before, ':', ':') || self.joint(after, ':', ':');
        let is_label = self.punct(before, '\'');
        let is_field = self.punct(after, ':');
        let is_macro = self.punct(after, '!') && !self.joint(after, '!', '=');
        !(is_member || is_in_path || is_label || is_field || is_macro)
    }

    /// The name here, if it is the one of `name = value` in a list of arguments.
    fn argument_name(&self, at: usize) -> Option<String> {
        let TokenTree::Ident(ident) = &self.tokens[at] else {
            return None;
        };
        let after = Some(at + 1);
        let is_first = at == 0 || self.punct(at.checked_sub(1), ',');
        let is_named = self.punct(after, '=') && !self.joint(after, '=', '=') && !self.joint(after, '=', '>');
        (is_first && is_named).then(|| ident.unraw().to_string())
    }

    /// Whether the group here belongs to `name!` or to `macro_rules! name`.
    fn is_macro_input(&self, at: usize) -> bool {
        // A keyword before `!` makes it a negation: `if !(…)`.
        let is_name = |ident: &Ident| syn::parse2::<Ident>(TokenTree::from(ident.clone()).into()).is_ok();
        let is_call = |at: usize| {
            self.punct(Some(at), '!')
                && matches!(
                    at.checked_sub(1).and_then(|at| self.tokens.get(at)),
                    Some(TokenTree::Ident(ident)) if is_name(ident)
                )
        };
        let has_name = matches!(
            at.checked_sub(1).and_then(|at| self.tokens.get(at)),
            Some(TokenTree::Ident(_))
        );
        at.checked_sub(1).is_some_and(is_call) || (has_name && at.checked_sub(2).is_some_and(is_call))
    }
}

/// The arguments that a format string captures: `{name}`, `{name:…}` and the `name$` of a width or precision.
fn format_arguments(literal: &Literal, names: &mut Vec<Name>) {
    let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) else {
        return;
    };
    let text = text.value();
    let mut add = |name: &str| {
        let name = name.strip_prefix("r#").unwrap_or(name);
        if is_identifier(name) {
            names.push(Name {
                text: name.to_owned(),
                span: literal.span(),
            });
        }
    };
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(close) = rest.find('}') else {
            return;
        };
        let (argument, format) = rest[..close].split_once(':').unwrap_or((&rest[..close], ""));
        add(argument.trim());
        for part in format
            .split_inclusive('$')
            .filter_map(|part| part.strip_suffix('$'))
        {
            let start = part
                .char_indices()
                .rev()
                .take_while(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
                .last();
            if let Some((start, _)) = start {
                // The flag `0` stands directly before the width.
                add(part[start..].trim_start_matches('0'));
            }
        }
        rest = &rest[close + 1..];
    }
}

fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
        && text != "_"
}

/// What stands inside groups that only a macro sees (`$name` of a `macro_rules!`), when that is all there is.
pub(super) fn without_group(tokens: TokenStream) -> TokenStream {
    let mut iter = tokens.clone().into_iter();
    match (iter.next(), iter.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            without_group(group.stream())
        }
        _ => tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        names(source.parse().unwrap())
            .into_iter()
            .map(|name| name.text)
            .collect()
    }

    /// Whether `rows` is found in `source`.
    fn mentions(source: &str) -> bool {
        found(source).iter().any(|name| name == "rows")
    }

    #[test]
    fn a_name_at_any_depth_is_a_mention() {
        for source in [
            "rows",
            "&rows[1..]",
            "f(g([rows.len()]))",
            "{ let n = 1; n + rows }",
            "(0..rows)",
            "0..=rows",
            "..rows",
            "rows..",
            "rows != 3",
            "rows!=3",
            "S { x: rows }",
            "S { rows }",
            "S { ..rows }",
            "*rows as u32",
            "r#rows",
            "if a { rows } else { b }",
            "xs.iter().filter(|x| x.id == rows.id)",
            "rows?.a",
            "rows::<u8>.x".trim_end_matches("::<u8>.x"),
        ] {
            assert!(mentions(source), "{source}");
        }
    }

    #[test]
    fn a_name_inside_a_macro_call_is_a_mention() {
        for source in [
            "vec![rows.len()]",
            "format!(\"{}\", rows)",
            "format!(\"{rows}\")",
            "format!(\"{rows:?}\")",
            "format!(\"{ rows }\")",
            "format!(\"{{{rows}}}\")",
            "format!(\"{0} {rows:>8}\", 1)",
            "format!(\"{x:>rows$}\")",
            "format!(\"{x:>0rows$.3}\")",
            "format!(\"{x:.rows$}\")",
            "format!(\"{:>w$.rows$}\", 1)",
            "format!(r\"{rows}\")",
            "format!(r#\"\"{rows}\"\"#)",
            "format!(\"\\u{41}{rows}\")",
            "a::b! { x, (\"{rows}\") }",
            "r#try!(\"{rows}\")",
            "if !matches!(\"{rows}\", s) { 1 } else { 2 }",
            "f(concat!(a, vec![format!(\"{rows}\")]))",
            "format!(\"{x}\", x = rows)",
            "format!(\"{x:>rows$}\", x = 1)",
            "format!(\"{rows}\", rows = rows)",
            "format!(\"{rows}\", x == rows)",
            "format!(\"{rows}\", f(a, rows = 1))",
            "info!(rows = 1, \"{rows}\")",
            "m!(a, rows == 1)",
            "m!(a, rows => 1)",
        ] {
            assert!(mentions(source), "{source}");
        }
    }

    #[test]
    fn other_uses_of_the_word_are_no_mentions() {
        for source in [
            "x.rows",
            "x.rows()",
            "x.0.rows",
            "x.rows.y",
            "a::rows",
            "rows::a",
            "rows::a()",
            "S { rows: x }",
            "rows!{}",
            "rows! (x)",
            "'rows: loop { break 'rows; }",
            "f::<'rows>()",
            "\"{rows}\"",
            "if !(\"{rows}\" == s) { 1 } else { 2 }",
            "if !done { f(\"{rows}\") } else { 2 }",
            "match !(\"{rows}\" == s) { _ => 1 }",
            "f(\"rows\")",
            "format!(\"rows\")",
            "format!(\"{{rows}}\")",
            "format!(\"{0}\", 1)",
            "format!(b\"{rows}\")",
            "format!(\"{x:rows}\")",
            "format!(\"{rowsy}\")",
            "rows_2",
            "f(x.rows(), y.rows)",
            "format!(\"{rows}\", rows = 1)",
            "format!(\"{x:>rows$}\", rows = 1)",
            "format!(\"{r#rows}\", x = 1, rows = 2,)",
            "write!(f, \"{rows}\", r#rows = -1)",
            "info!(rows = 1, \"\")",
        ] {
            assert!(!mentions(source), "{source}");
        }
    }

    #[test]
    fn names_come_in_their_order() {
        assert_eq!(
            found("f(b, a, format!(\"{c:>d$}\"), b)"),
            ["f", "b", "a", "c", "d", "b"]
        );
    }
}
