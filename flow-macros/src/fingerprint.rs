//! The fingerprint of a piece of Rust: blake3 over its tokens, the same after reformatting or rewording a
//! comment. It does not look at meaning: a renamed local is another body.

use proc_macro2::{Delimiter, Group, Literal, Punct, Spacing, TokenStream, TokenTree};
use quote::quote;

/// Operators whose characters mean something else when a blank stands between them (`a && b`, `a & &b`).
/// None starts with `<` or `>`: rustc itself splits those (`Vec<Vec<u8>>`, `a<-1`), so a blank there is
/// formatting. Longer ones first.
const OPERATORS: [&str; 18] = [
    "...", "..=", "..", "::", "->", "=>", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "^=", "&=",
    "|=",
];

/// The fingerprint of `tokens`: without spans, whitespace, comments and doc attributes.
///
/// Groups that only a macro sees (delimiter `None`) count as what they hold, so a body written by hand and
/// the same one out of a `macro_rules!` agree.
pub(crate) fn of_tokens(tokens: TokenStream) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hash_stream(&mut hasher, tokens);
    *hasher.finalize().as_bytes()
}

/// A fingerprint as the macros write it: two numbers, for hexadecimal text would be read again in every build.
pub(crate) fn constant(fingerprint: &[u8; 32]) -> TokenStream {
    let [high, low] = [&fingerprint[..16], &fingerprint[16..]].map(|half| {
        let digits = half
            .iter()
            .fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"));
        digits
            .parse::<Literal>()
            .expect("hexadecimal digits are a literal")
    });
    quote!(__flow::Fingerprint::from_words(#high, #low))
}

fn hash_stream(hasher: &mut blake3::Hasher, tokens: TokenStream) {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    let mut at = 0;
    while at < flat.len() {
        if let Some(length) = doc_attribute(&flat[at..]) {
            at += length;
            continue;
        }
        at += hash_token(hasher, &flat[at..]);
    }
}

/// Dissolves groups without delimiters.
fn flatten(tokens: TokenStream, into: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten(group.stream(), into),
            other => into.push(other),
        }
    }
}

/// How many tokens a doc comment or `#[doc …]` takes here, when there is one.
fn doc_attribute(tokens: &[TokenTree]) -> Option<usize> {
    let is = |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    if !is(0, '#') {
        return None;
    }
    let at = if is(1, '!') { 2 } else { 1 };
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket && names_doc(group) => {
            Some(at + 1)
        }
        _ => None,
    }
}

fn names_doc(attribute: &Group) -> bool {
    matches!(attribute.stream().into_iter().next(), Some(TokenTree::Ident(ident)) if ident == "doc")
}

/// Hashes what stands at the beginning of `tokens`; returns how many tokens that was.
fn hash_token(hasher: &mut blake3::Hasher, tokens: &[TokenTree]) -> usize {
    match &tokens[0] {
        TokenTree::Ident(ident) => {
            hash_text(hasher, b'i', &ident.to_string());
            1
        }
        TokenTree::Literal(literal) => {
            hash_text(hasher, b'l', &literal.to_string());
            1
        }
        TokenTree::Punct(punct) => {
            let operator = operator(punct, &tokens[1..]);
            hash_text(hasher, b'p', &operator);
            operator.chars().count()
        }
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => (b'(', b')'),
                Delimiter::Brace => (b'{', b'}'),
                Delimiter::Bracket | Delimiter::None => (b'[', b']'),
            };
            hasher.update(&[open]);
            hash_stream(hasher, group.stream());
            hasher.update(&[close]);
            1
        }
    }
}

/// The operator that starts with `first`: the longest one whose characters stand together.
fn operator(first: &Punct, rest: &[TokenTree]) -> String {
    let mut joined = String::from(first.as_char());
    let mut spacing = first.spacing();
    for token in rest.iter().take(2) {
        let (Spacing::Joint, TokenTree::Punct(next)) = (spacing, token) else {
            break;
        };
        joined.push(next.as_char());
        spacing = next.spacing();
    }
    OPERATORS
        .iter()
        .find(|operator| joined.starts_with(**operator))
        .map_or_else(
            || String::from(first.as_char()),
            |operator| (*operator).to_owned(),
        )
}

/// Kind, length, text: no two sequences of tokens hash the same bytes.
fn hash_text(hasher: &mut blake3::Hasher, kind: u8, text: &str) {
    hasher.update(&[kind]);
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod edits;

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};
    use quote::quote;

    use super::*;

    fn of(source: &str) -> [u8; 32] {
        of_tokens(source.parse().expect("the test's source is Rust"))
    }

    #[test]
    fn spans_do_not_count() {
        let here = Ident::new("a", Span::call_site());
        let there = Ident::new("a", Span::mixed_site());
        assert_eq!(of_tokens(quote!(#here + 1)), of_tokens(quote!(#there + 1)));
    }

    #[test]
    fn groups_without_delimiters_are_transparent() {
        let inner = TokenTree::Group(Group::new(Delimiter::None, quote!(a + b)));
        assert_eq!(of_tokens(quote!(f(#inner, c))), of("f(a + b, c)"));
        assert_ne!(of_tokens(quote!(f((#inner), c))), of("f(a + b, c)"));
    }

    #[test]
    fn it_is_stable_across_builds() {
        // A record keeps it for years: change the hashing and every body counts as edited.
        let hex = blake3::Hash::from_bytes(of("fn f(a: u8) -> u8 { a + 1 }")).to_hex();
        assert_eq!(
            hex.as_str(),
            "3a7ad631a84d8e3787731cc7e5d5ffa2ea962cbc09f7098a85989d2a7c2485e1"
        );
    }
}
