//! Reads the function under `#[task]`: its signature as syntax, its body as tokens.
//! The body is never parsed: rustc does that, and half-typed code still gets its task.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, FnArg, Signature, Visibility,
    parse::{Parse, ParseStream},
    token,
};

/// A function as its author wrote it.
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) body: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if let Some(kind) = other_item(input) {
            let message = format!(
                "expected a function, found {}; `#[task]` stands on a free `fn`",
                kind.1
            );
            return Err(syn::Error::new(kind.0.span(), message));
        }
        let sig = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("cannot read the signature of this task: {error}"),
            )
        })?;
        if !input.peek(token::Brace) {
            return Err(input.error("expected the function's body in `{ … }`"));
        }
        let body: Group = input.parse()?;
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
        })
    }
}

impl Function {
    /// Whether an attribute is `#[task]` once more.
    pub(super) fn is_task(attr: &Attribute) -> bool {
        let names: Vec<String> = attr
            .path()
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        matches!(
            names.iter().map(String::as_str).collect::<Vec<_>>()[..],
            ["task"] | ["flow_runtime" | "flow_macros", "task"]
        )
    }

    /// The tokens that make a body the same or another: what it takes, gives and does, not what it is called.
    pub(super) fn fingerprinted(&self) -> TokenStream {
        let mut tokens = TokenStream::new();
        self.sig.asyncness.to_tokens(&mut tokens);
        self.sig.inputs.to_tokens(&mut tokens);
        self.sig.output.to_tokens(&mut tokens);
        self.body.to_tokens(&mut tokens);
        tokens
    }
}

/// The function as it is emitted: untouched, but for attributes and `...` that rustc would report again.
impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attrs
            .iter()
            .filter(|attr| !Self::is_task(attr))
            .for_each(|attr| attr.to_tokens(tokens));
        self.vis.to_tokens(tokens);
        let sig = &self.sig;
        sig.constness.to_tokens(tokens);
        sig.asyncness.to_tokens(tokens);
        sig.safety.to_tokens(tokens);
        sig.abi.to_tokens(tokens);
        sig.fn_token.to_tokens(tokens);
        sig.ident.to_tokens(tokens);
        if sig.generics.params.is_empty() {
            // Brackets of ours, or rustc advises on an unknown type to make the function generic: something else than
            // it says of the same type in the struct, so that one mistake would be two errors.
            quote!(<>).to_tokens(tokens);
        } else {
            sig.generics.to_tokens(tokens);
        }
        sig.paren_token.surround(tokens, |tokens| {
            let mut inputs = sig.inputs.clone();
            for input in &mut inputs {
                // Documentation of a parameter is that of a field of the task struct; elsewhere it is an error.
                if let FnArg::Typed(typed) = input {
                    typed.attrs.clear();
                }
            }
            inputs.to_tokens(tokens);
        });
        sig.output.to_tokens(tokens);
        sig.generics.where_clause.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// The keyword of an item that is no function, and its name in messages.
fn other_item(input: ParseStream<'_>) -> Option<(Ident, &'static str)> {
    let tokens: Vec<TokenTree> = input
        .fork()
        .parse::<TokenStream>()
        .ok()?
        .into_iter()
        .take(2)
        .collect();
    let keyword = match tokens.first()? {
        TokenTree::Ident(ident) => ident.clone(),
        _ => return None,
    };
    // `const fn`, `unsafe extern "C" fn` and the like are functions.
    let function_follows = match tokens.get(1) {
        Some(TokenTree::Ident(next)) => ["fn", "async", "unsafe", "extern"]
            .iter()
            .any(|word| next == word),
        _ => false,
    };
    let kind = match keyword.to_string().as_str() {
        "struct" => "a struct",
        "enum" => "an enum",
        "union" => "a union",
        "mod" => "a module",
        "impl" => "an `impl` block",
        "trait" => "a trait",
        "type" => "a type alias",
        "use" => "an import",
        "static" => "a static",
        "let" => "a statement",
        "macro_rules" => "a macro",
        "const" if !function_follows => "a constant",
        "extern" if extern_block(&tokens) => "an `extern` block",
        _ => return None,
    };
    Some((keyword, kind))
}

fn extern_block(tokens: &[TokenTree]) -> bool {
    match tokens.get(1) {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(next)) => next == "crate",
        _ => false,
    }
}
