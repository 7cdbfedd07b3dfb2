//! A task as the later phases see it: parameters as fields, lifetimes named, options read.
//! Nothing is refused here; what cannot be a field is one in name only, and the checks say why.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, FnArg, GenericParam, Lifetime, LifetimeParam, Pat, PatType, Signature, Type,
    ext::IdentExt as _,
};

use super::{
    lifetimes::{self, Fresh},
    options::Options,
    parse::Function,
    types::{self, Sight},
};
use crate::{
    docs,
    errors::Errors,
    template::{self, Scope, Template},
};

/// A task.
pub(super) struct Task {
    pub(super) function: Function,
    pub(super) options: Options,
    pub(super) template: Option<Template>,
    pub(super) parameters: Vec<Parameter>,
    /// Of the struct: what its fields need, the author's last.
    pub(super) lifetimes: Vec<LifetimeParam>,
    pub(super) output: Output,
    /// Whether its body writes the result to a file itself.
    pub(super) writes_file: bool,
    /// The doc comment, its lines joined.
    pub(super) docs: String,
}

/// A parameter of the function.
pub(super) struct Parameter {
    pub(super) name: Ident,
    pub(super) pattern: Pattern,
    pub(super) ty: Type,
    pub(super) role: Role,
    pub(super) docs: Vec<Attribute>,
    pub(super) other_attrs: Vec<Attribute>,
    /// `#[resource]`, where it is marked.
    pub(super) resource: Vec<Attribute>,
    pub(super) faults: Vec<Fault>,
}

/// How a parameter's name is written.
pub(super) enum Pattern {
    Name,
    Underscore,
    Other(TokenStream),
}

/// What a parameter is to the task struct.
pub(super) enum Role {
    /// `&Context`: given by the runtime.
    Context,
    /// A field of this type, in which every lifetime has a name.
    Field(Box<Type>),
    /// A field whose type cannot be written: there in name only, for stubs.
    Untyped,
}

/// What a type says that no task can take.
pub(super) enum Fault {
    Mutable(Span),
    Impl(Span),
    /// `_`, or a type without a size: rustc says it at the function.
    LeftToRustc,
    /// A lifetime that the result would have to borrow.
    Borrowed(Span),
    Never(Span),
}

/// What the function returns.
pub(super) struct Output {
    /// As written; `None` for `()` left out.
    pub(super) ty: Option<Type>,
    /// The nearest type that a stub can have.
    pub(super) stub: Option<Type>,
    pub(super) faults: Vec<Fault>,
}

impl Task {
    /// Makes the task of its parts; reports only what is wrong in its target.
    pub(super) fn new(function: Function, options: Options, errors: &mut Errors) -> Self {
        let mut fresh = Fresh::new(&function.sig);
        let generics: HashSet<String> = type_parameters(&function.sig);
        let mut names = HashSet::new();
        let parameters: Vec<Parameter> = function
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(typed) => Some(typed),
                FnArg::Receiver(_) => None,
            })
            .enumerate()
            .map(|(index, typed)| Parameter::new(index, typed, &generics, &mut names, &mut fresh))
            .map(|parameter| parameter.taken_from_flow(&options))
            .collect();
        let lifetimes = lifetimes::of_struct(&function.sig, &parameters, fresh);
        let (resources, arguments): (Vec<_>, Vec<_>) = parameters
            .iter()
            .filter(|parameter| !matches!(parameter.role, Role::Context))
            .partition(|parameter| !parameter.resource.is_empty());
        let [resources, arguments] = [resources, arguments].map(|parameters| -> Vec<String> {
            let names = parameters.into_iter().map(|parameter| parameter.name.unraw());
            names.map(|name| name.to_string()).collect()
        });
        let writes_file = types::names_output_file(&function.sig.output);
        let mut template = options.target.as_ref().and_then(|target| {
            if template::shows(&target.value, &resources, errors) {
                return None;
            }
            template::parse(
                &target.value,
                Scope::Task(&arguments),
                writes_file || options.mentions("format"),
                errors,
            )
        });
        if let Some(template) = template.as_mut().filter(|_| writes_file) {
            template.is_of_body();
        }
        if let (Some(template), Some(format)) = (&mut template, &options.format) {
            template.written(&format.value, errors);
        }
        let output = Output::new(&function.sig, &generics);
        let docs = docs::text(&function.attrs);
        Self {
            function,
            options,
            template,
            parameters,
            lifetimes,
            output,
            writes_file,
            docs,
        }
    }

    /// The parameters that are fields, with the fields' types where they can be written.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&Parameter, Option<&Type>)> {
        self.parameters
            .iter()
            .filter_map(|parameter| match &parameter.role {
                Role::Field(ty) => Some((parameter, Some(&**ty))),
                Role::Untyped => Some((parameter, None)),
                Role::Context => None,
            })
    }

    /// Whether the function can be called with the fields of the struct.
    pub(super) fn is_callable(&self) -> bool {
        self.parameters
            .iter()
            .all(|parameter| !matches!(parameter.role, Role::Untyped))
            && self.output.faults.is_empty()
    }
}

impl Parameter {
    fn new(
        index: usize,
        typed: &PatType,
        generics: &HashSet<String>,
        names: &mut HashSet<String>,
        fresh: &mut Fresh,
    ) -> Self {
        let (mut name, pattern) = match &*typed.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                (pat.ident.clone(), Pattern::Name)
            }
            Pat::Wild(wild) => (
                Ident::new(&format!("arg_{index}"), wild.underscore_token.span),
                Pattern::Underscore,
            ),
            other => {
                let tokens = other.to_token_stream();
                let span = tokens
                    .clone()
                    .into_iter()
                    .next()
                    .map_or_else(Span::call_site, |token| token.span());
                (Ident::new(&format!("arg_{index}"), span), Pattern::Other(tokens))
            }
        };
        let attrs = typed.attrs.iter().cloned();
        let (docs, attrs): (_, Vec<_>) = attrs.partition(|attr| attr.path().is_ident("doc"));
        let (resource, other_attrs) = attrs
            .into_iter()
            .partition(|attr| attr.path().is_ident("resource"));
        let mut ty = (*typed.ty).clone();
        let mut faults = Vec::new();
        let mut elided = Vec::new();
        types::walk(&mut ty, &mut |sight| match sight {
            Sight::Elided(_, lifetime) => *lifetime = Some(fresh.named_after(&name, &mut elided)),
            Sight::Lifetime(lifetime) if lifetime.ident == "_" => {
                *lifetime = fresh.named_after(&name, &mut elided);
            }
            Sight::Lifetime(_) => {}
            Sight::Mutable(token) => faults.extend(token.take().map(|token| Fault::Mutable(token.span))),
            Sight::Impl(span) => faults.push(Fault::Impl(span)),
            Sight::Infer => faults.push(Fault::LeftToRustc),
        });
        let cannot_be_named = faults
            .iter()
            .any(|fault| matches!(fault, Fault::Impl(_) | Fault::LeftToRustc))
            || types::is_unsized(&ty)
            || mentions(&ty.to_token_stream(), generics);
        let is_context = types::is_context(&typed.ty);
        let is_taken = !is_context && !names.insert(name.unraw().to_string());
        if is_taken {
            name = Ident::new(&format!("arg_{index}"), name.span());
        }
        let role = if is_context {
            Role::Context
        } else if cannot_be_named || is_taken {
            // A name that stands there twice, `_`, and what has no size are left to rustc.
            Role::Untyped
        } else {
            fresh.made.append(&mut elided);
            Role::Field(Box::new(ty))
        };
        Self {
            name,
            pattern,
            ty: (*typed.ty).clone(),
            role,
            docs,
            other_attrs,
            resource,
            faults,
        }
    }

    /// Of a parameter that is marked `#[resource]` the field takes nothing but a flow's resource.
    fn taken_from_flow(mut self, options: &Options) -> Self {
        if let Role::Field(ty) = &mut self.role
            && !self.resource.is_empty()
            && let Type::Reference(reference) = types::without_group(ty)
            && let Some(lifetime) = &reference.lifetime
        {
            // In parentheses rustc would find them unnecessary there.
            let (krate, of) = (options.krate(), types::without_group(&reference.elem));
            **ty = syn::parse_quote!(#krate::__private::FlowResource<#lifetime, #of>);
        }
        self
    }

    /// Whether its argument is a resource of the flow.
    pub(super) fn is_resource(&self) -> bool {
        !self.resource.is_empty()
            && matches!(&self.role, Role::Field(ty) if matches!(**ty, Type::Path(_)))
            && matches!(types::without_group(&self.ty), Type::Reference(_))
    }
}

impl Output {
    fn new(sig: &Signature, generics: &HashSet<String>) -> Self {
        let Some(ty) = types::returned(&sig.output) else {
            return Self {
                ty: None,
                stub: None,
                faults: Vec::new(),
            };
        };
        let mut stub = ty.clone();
        let mut faults = Vec::new();
        if let Type::Never(never) = ty {
            faults.push(Fault::Never(never.bang_token.span));
        }
        if types::is_unsized(ty) {
            faults.push(Fault::LeftToRustc);
        }
        types::walk(&mut stub, &mut |sight| match sight {
            Sight::Elided(span, lifetime) => {
                faults.push(Fault::Borrowed(span));
                *lifetime = Some(Lifetime::new("'static", span));
            }
            Sight::Lifetime(lifetime) if lifetime.ident != "static" => {
                faults.push(Fault::Borrowed(lifetime.span()));
                *lifetime = Lifetime::new("'static", lifetime.span());
            }
            Sight::Impl(span) => faults.push(Fault::Impl(span)),
            Sight::Infer => faults.push(Fault::LeftToRustc),
            Sight::Lifetime(_) | Sight::Mutable(_) => {}
        });
        let only_borrows = faults.iter().all(|fault| matches!(fault, Fault::Borrowed(_)));
        let stub = (only_borrows && !mentions(&stub.to_token_stream(), generics)).then_some(stub);
        Self {
            ty: Some(ty.clone()),
            stub,
            faults,
        }
    }
}

/// Whether one of these identifiers stands in `tokens`.
fn mentions(tokens: &TokenStream, names: &HashSet<String>) -> bool {
    !names.is_empty()
        && tokens.clone().into_iter().any(|token| match token {
            TokenTree::Ident(ident) => names.contains(&ident.to_string()),
            TokenTree::Group(group) => mentions(&group.stream(), names),
            _ => false,
        })
}

fn type_parameters(sig: &Signature) -> HashSet<String> {
    let name = |param: &GenericParam| match param {
        GenericParam::Type(param) => Some(param.ident.to_string()),
        GenericParam::Const(param) => Some(param.ident.to_string()),
        GenericParam::Lifetime(_) => None,
    };
    sig.generics.params.iter().filter_map(name).collect()
}
