//! Reads the parameters of a named flow: docs, a name, an owned type, maybe a default.
//! Rules between parameters (one name twice, reserved names) are `check`'s.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Pat, Token, Type, TypeReference};

use super::cursor::until_comma;
use super::resource;
use super::words::is_keyword;
use crate::errors::Errors;
use crate::flow::expand::source;
use crate::flow::syntax::{Parameter, Resource};
use crate::suggest;

/// Reads what stands between the parentheses, one parameter after the other.
pub(super) fn read(input: ParseStream<'_>, errors: &mut Errors) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    while !input.is_empty() {
        match parameter(input, errors) {
            Ok(read) => parameters.extend(read),
            Err(error) => {
                errors.push(error);
                until_comma(input);
            }
        }
        if !input.is_empty() && input.parse::<Token![,]>().is_err() {
            errors.at(input.span(), "expected `,` between two parameters");
            until_comma(input);
            let _ = input.parse::<Token![,]>();
        }
    }
    parameters
}

fn parameter(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Parameter>> {
    let (docs, resource) = attributes(input.call(Attribute::parse_outer)?, errors);
    if receiver(input, errors) {
        return Ok(None);
    }
    if let Ok(word) = input.parse::<Token![mut]>() {
        errors.on(word, "a parameter is fixed for the whole run; leave `mut` out");
    }
    let Some(name) = name(input, errors)? else {
        return Ok(None);
    };
    if input.parse::<Token![:]>().is_err() {
        errors.at(
            name.span(),
            format!("a parameter needs a type; write `{name}: Type`"),
        );
        until_comma(input);
        return Ok(Some(Parameter {
            docs,
            resource,
            name,
            ty: None,
            default: None,
            has_setter: true,
        }));
    }
    let ty = ty(&name, resource.is_some(), input, errors);
    let mut default = None;
    if let Ok(equals) = input.parse::<Token![=]>() {
        if resource.is_some() {
            errors.on(
                equals,
                format!("a resource has no default; it is given at the start, and `#[resource(path)] {name}` names what makes it on the command line"),
            );
            until_comma(input);
        } else if input.is_empty() || input.peek(Token![,]) {
            errors.on(equals, format!("expected the default of `{name}` after `=`"));
        } else {
            default = input.parse::<Expr>().map_err(|error| errors.push(error)).ok();
            if default.is_none() {
                until_comma(input);
            }
        }
    }
    Ok(Some(Parameter {
        docs,
        resource,
        name,
        ty,
        default,
        has_setter: true,
    }))
}

/// Docs, and `#[resource]`.
fn attributes(attributes: Vec<Attribute>, errors: &mut Errors) -> (Vec<Attribute>, Option<Resource>) {
    let (docs, others): (Vec<_>, Vec<_>) = attributes
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("doc"));
    let (marks, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|attribute| attribute.path().is_ident("resource"));
    for attribute in others {
        let name = attribute.path().get_ident().map(ToString::to_string);
        let is_near = name.is_some_and(|name| suggest::closest(&name, ["resource"]).is_some());
        let message = if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            "a flow has one shape; put `cfg` on the flow, not on a parameter"
        } else if is_near {
            "a parameter of a flow takes no attributes but docs and `#[resource]`; did you mean `resource`?"
        } else {
            "a parameter of a flow takes no attributes but docs and `#[resource]`"
        };
        errors.on(attribute, message);
    }
    (docs, resource::read(marks, errors))
}

/// `self` in all its spellings.
fn receiver(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    let fork = input.fork();
    if fork.parse::<Token![&]>().is_ok() {
        let _ = fork.parse::<syn::Lifetime>();
    }
    let _ = fork.parse::<Token![mut]>();
    if !fork.peek(Token![self]) {
        return false;
    }
    errors.on(
        until_comma(input),
        "a flow is no method and has no `self`; make it a parameter with a name",
    );
    true
}

/// The name, when it is one and not a pattern.
fn name(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Ident>> {
    let is_name = input.peek(Ident::peek_any)
        && !input.peek(Token![ref])
        && (input.peek2(Token![:]) || input.peek2(Token![,]) || input.peek2(Token![=]) || is_last(input))
        && !input.peek2(Token![::]);
    if is_name {
        let name = input.call(Ident::parse_any)?;
        if is_keyword(&name) || name == "_" {
            let message = if name == "_" {
                "a parameter needs a name; write `name: Type`".to_owned()
            } else {
                format!("`{name}` is a keyword and cannot name a parameter; write `r#{name}`")
            };
            errors.at(name.span(), message);
            until_comma_of_type(input);
            return Ok(None);
        }
        return Ok(Some(name));
    }
    let pattern = Pat::parse_single(input)?;
    errors.on(
        pattern,
        "a parameter is one name, not a pattern; write `name: Type` and take it apart in a task",
    );
    until_comma_of_type(input);
    Ok(None)
}

fn is_last(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.call(Ident::parse_any).is_ok() && fork.is_empty()
}

/// Past `: Type = default`, whose type may hold commas.
fn until_comma_of_type(input: ParseStream<'_>) {
    if input.parse::<Token![:]>().is_ok() {
        let _ = input.parse::<Type>();
    }
    until_comma(input);
}

fn ty(name: &Ident, is_resource: bool, input: ParseStream<'_>, errors: &mut Errors) -> Option<Type> {
    if input.is_empty() || input.peek(Token![,]) || input.peek(Token![=]) {
        errors.at(
            name.span(),
            format!("a parameter needs a type; write `{name}: Type`"),
        );
        return None;
    }
    let ty = match input.parse::<Type>() {
        Ok(ty) => ty,
        Err(error) => {
            errors.push(error);
            until_comma(input);
            return None;
        }
    };
    match &ty {
        // Nothing is lent for longer.
        Type::Reference(reference) if is_resource && is_static(reference) => Some(ty),
        Type::Reference(reference) => {
            let owned = owned(&reference.elem);
            let why = if is_resource {
                "a resource is the run's own, which lends it to its nodes"
            } else {
                "a parameter is stored with the run and must be owned"
            };
            let message = format!("{why}; write `{name}: {owned}`");
            errors.on(&ty, message);
            None
        }
        Type::ImplTrait(_) => {
            errors.on(&ty, "a parameter has one type; name it");
            None
        }
        _ => Some(ty),
    }
}

fn is_static(reference: &TypeReference) -> bool {
    let lifetime = reference.lifetime.as_ref();
    lifetime.is_some_and(|lifetime| lifetime.ident == "static") && reference.mutability.is_none()
}

/// What to write for `&T`.
pub(super) fn owned(target: &Type) -> String {
    match target {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => {
            let element = &slice.elem;
            format!("Vec<{}>", source(element))
        }
        other => source(other),
    }
}
