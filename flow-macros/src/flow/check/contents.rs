//! What probably stands inside a macro call: the rules look into `format!` and the like as far as they can.
//! A macro may take anything; what is neither expressions nor statements is left as tokens.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Macro, Pat, Stmt, Token};

/// The input of a macro call.
pub(in crate::flow) enum Contents {
    /// `vec![a, b]`, `vec![a; 3]`, `format!("…", a, b = c)`.
    Expressions(Vec<Expr>),
    /// `matches!(a, Some(b) if c)`: an expression, a pattern, a guard.
    Match(Box<Expr>, Box<Pat>, Option<Box<Expr>>),
    /// `stream! { let a = b; c }`.
    Statements(Vec<Stmt>),
    /// Anything else.
    Tokens(TokenStream),
}

impl Contents {
    /// What is code of the place where the call stands: not the statements and tokens that a macro makes something of.
    pub(in crate::flow) fn into_expressions(self) -> Vec<Expr> {
        match self {
            Self::Expressions(list) => list,
            Self::Match(value, _, guard) => [Some(value), guard]
                .into_iter()
                .flatten()
                .map(|expression| *expression)
                .collect(),
            Self::Statements(_) | Self::Tokens(_) => Vec::new(),
        }
    }
}

/// Reads the input of a macro call by the macro's name and by what parses.
pub(in crate::flow) fn read(call: &Macro) -> Contents {
    let tokens = &call.tokens;
    let takes_a_pattern = call.path.segments.last().is_some_and(|name| {
        ["matches", "assert_matches", "debug_assert_matches"]
            .iter()
            .any(|known| name.ident == known)
    });
    if takes_a_pattern && let Ok(contents) = pattern.parse2(tokens.clone()) {
        return contents;
    }
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    if let Ok(list) = list.parse2(tokens.clone()) {
        return Contents::Expressions(list.into_iter().collect());
    }
    if let Ok(contents) = repetition.parse2(tokens.clone()) {
        return contents;
    }
    match Block::parse_within.parse2(tokens.clone()) {
        Ok(statements) => Contents::Statements(statements),
        Err(_) => Contents::Tokens(tokens.clone()),
    }
}

/// `value; count`.
fn repetition(input: ParseStream<'_>) -> syn::Result<Contents> {
    let value = input.parse::<Expr>()?;
    input.parse::<Token![;]>()?;
    Ok(Contents::Expressions(vec![value, input.parse()?]))
}

/// `value, pattern if guard`, and the message of an assertion.
fn pattern(input: ParseStream<'_>) -> syn::Result<Contents> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let guard = match input.parse::<Token![if]>() {
        Ok(_) => Some(Box::new(input.parse::<Expr>()?)),
        Err(_) => None,
    };
    if input.parse::<Token![,]>().is_ok() {
        // The message binds nothing, whatever it holds.
        input.parse::<TokenStream>()?;
    }
    Ok(Contents::Match(Box::new(value), Box::new(pattern), guard))
}
