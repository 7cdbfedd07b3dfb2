//! Takes defaults of parameters, `limit: u32 = 3`, out of a signature before it is parsed.
//! Only a flow's parameters have them; rustc has reported them when the attribute sees them, and goes on without.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// The item without the defaults of its parameters.
pub(super) fn without(item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let function = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
    // `fn name(..)`; generics are refused in other words, and lifetimes hold no parentheses.
    let list = function.into_iter().flat_map(|at| at + 2..tokens.len()).find(
        |&at| matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis),
    );
    if let Some(at) = list
        && let TokenTree::Group(group) = &tokens[at]
    {
        let mut parameters = Group::new(Delimiter::Parenthesis, kept(group.stream()));
        parameters.set_span(group.span());
        tokens[at] = parameters.into();
    }
    tokens.into_iter().collect()
}

/// The parameters without what stands between a `=` and the next `,`.
fn kept(parameters: TokenStream) -> TokenStream {
    // In `impl Iterator<Item = u8>` the `=` begins no default.
    let mut brackets = 0_i32;
    let mut arrow = false;
    let mut default = false;
    parameters
        .into_iter()
        .filter(|token| {
            let mut dash = false;
            if let TokenTree::Punct(punct) = token {
                match punct.as_char() {
                    '<' => brackets += 1,
                    '>' if !arrow => brackets -= 1,
                    ',' if brackets == 0 => default = false,
                    '=' if brackets == 0 => default = true,
                    '-' => dash = punct.spacing() == Spacing::Joint,
                    _ => {}
                }
            }
            arrow = dash;
            !default
        })
        .collect()
}
