//! Doc comments as text, for the command line's help and for drawings.
//! Where they stay docs they are copied as tokens; that is not done here.

use syn::{Attribute, Expr, Lit, Meta};

/// The text of a doc comment, lines joined by `\n`, without the blanks that every line begins with.
pub(crate) fn text(attrs: &[Attribute]) -> String {
    let texts = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = texts
        .flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let indent = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.chars().take_while(|char| char.is_whitespace()).count())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = lines
        .iter()
        // Blanks are counted as characters: some have several bytes.
        .map(|line| match line.char_indices().nth(indent) {
            Some((at, _)) => line[at..].trim_end(),
            None => "",
        })
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::text;
    use syn::Attribute;

    #[test]
    fn docs_are_lines_without_their_first_blank() {
        let attributes: Vec<Attribute> = vec![
            syn::parse_quote!(#[doc = " First."]),
            syn::parse_quote!(#[doc = ""]),
            syn::parse_quote!(#[doc = "  Code "]),
            syn::parse_quote!(#[doc(hidden)]),
            syn::parse_quote!(#[cfg(x)]),
        ];
        assert_eq!(text(&attributes), "First.\n\n Code");
        assert_eq!(text(&[]), "");
    }

    #[test]
    fn blanks_of_several_bytes_are_blanks() {
        let attributes: Vec<Attribute> = vec![
            syn::parse_quote!(#[doc = " First."]),
            syn::parse_quote!(#[doc = "\u{a0}Second."]),
            syn::parse_quote!(#[doc = "\u{3000}\u{3000}Third."]),
        ];
        assert_eq!(text(&attributes), "First.\nSecond.\n\u{3000}Third.");
    }
}
