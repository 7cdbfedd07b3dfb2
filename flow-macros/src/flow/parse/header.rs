//! Reads the named form: attributes, visibility, name, parameters, output, body.
//! What a flow cannot be (async, generic, …) is refused here, with what to write in its place.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Token, Type, Visibility, token};

use super::words::is_keyword;
use super::{body, options, parameters};
use crate::errors::Errors;
use crate::flow::syntax::{Form, Header, Syntax};

/// Reads a whole named flow.
///
/// `None` when its head cannot be read, which is reported.
pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Option<Syntax> {
    let mut syntax = None;
    let parse = |input: ParseStream<'_>| {
        syntax = Some(named(input, errors)?);
        Ok(())
    };
    if let Err(error) = parse.parse2(tokens) {
        errors.push(error);
    }
    syntax
}

fn named(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Syntax> {
    let attributes = input.call(Attribute::parse_outer)?;
    let (options, attributes) = options::read_outer(attributes, errors);
    let visibility = input.parse::<Visibility>()?;
    qualifiers(input, errors)?;
    let without_fn = !input.peek(Token![fn]);
    if without_fn && !is_head(input) {
        let what = "expected `fn name(..) { .. }`, the named form of a flow";
        return Err(syn::Error::new(input.span(), what));
    }
    input.parse::<Option<Token![fn]>>()?;
    let name = name(input)?;
    if without_fn {
        errors.at(
            name.span(),
            format!("expected `fn` before `{name}`; write `fn {name}(..)`"),
        );
    }
    generics(input, errors)?;
    if !input.peek(token::Paren) {
        let message = format!("expected the parameters of the flow; write `fn {name}() {{ .. }}`");
        return Err(syn::Error::new(name.span(), message));
    }
    let list;
    syn::parenthesized!(list in input);
    let parameters = parameters::read(&list, errors);
    let has_output = input.peek(Token![->]);
    let output = output(input, errors)?;
    where_clause(input, errors)?;
    if !input.peek(token::Brace) {
        let message = format!("expected the body of the flow `{name}`; write `{{ node = task(..); }}`");
        return Err(syn::Error::new(name.span(), message));
    }
    let tokens;
    syn::braced!(tokens in input);
    let body = body::read(tokens.parse()?, errors);
    after(input, errors)?;
    Ok(Syntax {
        form: Form::Named(Box::new(Header {
            attributes,
            title: options.title,
            zone: options.zone,
            visibility,
            name,
            parameters,
            output_is_broken: has_output && output.is_none(),
            output,
        })),
        krate: options.krate,
        statements: body.statements,
        tail: body.tail,
    })
}

/// `name(`, where `fn name(` should be.
fn is_head(input: ParseStream<'_>) -> bool {
    input.peek(syn::Ident) && input.peek2(token::Paren)
}

/// `async`, `const`, `unsafe`, `extern "C"`.
fn qualifiers(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    while !input.peek(Token![fn]) && input.peek(Ident::peek_any) && !is_head(input) {
        let word = input.call(Ident::parse_any)?;
        let message = match word.to_string().as_str() {
            "async" => "a flow is no async function, its run awaits async tasks; write `fn`".to_owned(),
            word @ ("const" | "unsafe" | "extern") => format!("a flow is a plain `fn`; leave `{word}` out"),
            _ => {
                return Err(syn::Error::new(
                    word.span(),
                    format!("expected `fn name(..) {{ .. }}`, found `{word}`"),
                ));
            }
        };
        errors.at(word.span(), message);
        if word == "extern" && input.peek(syn::LitStr) {
            input.parse::<syn::LitStr>()?;
        }
    }
    Ok(())
}

fn name(input: ParseStream<'_>) -> syn::Result<Ident> {
    if !input.peek(Ident::peek_any) {
        return Err(syn::Error::new(
            input.span(),
            "expected the name of the flow after `fn`",
        ));
    }
    let name = input.call(Ident::parse_any)?;
    if is_keyword(&name) {
        return Err(syn::Error::new(
            name.span(),
            format!("`{name}` is a keyword and cannot name a flow"),
        ));
    }
    Ok(name)
}

fn generics(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![<]) {
        let generics = input.parse::<Generics>()?;
        errors.on(
            generics,
            "a flow has no generics, it is one graph with one type a node; name the types",
        );
    }
    Ok(())
}

fn output(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Type>> {
    if !input.peek(Token![->]) {
        return Ok(None);
    }
    let arrow = input.parse::<Token![->]>()?;
    if input.is_empty() || input.peek(token::Brace) {
        errors.on(arrow, "expected the type of the flow's result after `->`");
        return Ok(None);
    }
    let output = input.parse::<Type>()?;
    if let Type::ImplTrait(opaque) = &output {
        errors.on(
            opaque,
            "a flow's result has one type, the output of its tail's task; name it",
        );
        return Ok(None);
    }
    // A task with `checkpoint = false` may return something static.
    if let Type::Reference(reference) = &output
        && reference
            .lifetime
            .as_ref()
            .is_none_or(|lifetime| lifetime.ident != "static")
    {
        let owned = parameters::owned(&reference.elem);
        errors.on(
            &output,
            format!("a flow's result is the output of its tail's task, which is owned; write `{owned}`"),
        );
        return Ok(None);
    }
    Ok(Some(output))
}

fn where_clause(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(Token![where]) {
        let clause = input.parse::<syn::WhereClause>()?;
        errors.on(
            clause,
            "a flow has no generics and nothing to bound; leave `where` out",
        );
    }
    Ok(())
}

/// One flow in one macro call.
fn after(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    let fork = input.fork();
    let another = fork.call(Attribute::parse_outer).is_ok()
        && fork.parse::<Visibility>().is_ok()
        && (fork.peek(Token![fn]) || (fork.peek(Token![async]) && fork.peek2(Token![fn])));
    let span = fork.span();
    let rest = input.parse::<TokenStream>()?;
    if another {
        errors.at(
            span,
            "one `flow!` holds one flow; put this one into a `flow! { .. }` of its own",
        );
    } else {
        errors.on(rest, "expected nothing after the body of the flow");
    }
    Ok(())
}
