//! The resources of a flow: as const data, on their way into a run, and to the tasks that are lent them.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::target::ends;
use super::{Context, located, text};
use crate::flow::model::Mention;
use crate::flow::syntax::Parameter;
use crate::location;

/// The resources, with their places among the parameters.
fn all<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Parameter)> {
    let parameters = context.flow.parameters().iter().enumerate();
    parameters.filter(|(_, parameter)| parameter.is_resource())
}

/// The type of the field in the flow's value.
pub(super) fn field(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let (krate, ty) = (context.krate, context.ty(parameter));
    quote!(#krate::__private::Handover<#ty>)
}

/// What can be a resource, in these words and at the type wherever it is asked for: rustc says but once that it cannot.
fn value(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let (krate, ty) = (context.krate, context.ty(parameter));
    let (first, last) = ends(&ty);
    let mut value = quote_spanned!(first=> <#ty as);
    value.extend(quote!(#krate::__private::ResourceValue));
    value.extend(quote_spanned!(last=> >));
    value
}

/// Puts what the author gives into the flow's value.
pub(super) fn held(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let (name, value) = (&parameter.name, value(context, parameter));
    quote!(#name: #value::hold(#name))
}

/// Whether there are any; of a flow with errors, which never runs, there are none.
fn has_some(context: &Context<'_>) -> bool {
    context.error.is_none() && all(context).next().is_some()
}

/// `__RESOURCES`, where there are any.
pub(super) fn constant(context: &Context<'_>) -> Option<TokenStream> {
    let specs = all(context).map(|(_, parameter)| spec(context, parameter));
    has_some(context).then(|| quote!(const __RESOURCES: &[__flow::ResourceSpec] = &[#(#specs),*];))
}

/// The resources as const data.
pub(super) fn list(context: &Context<'_>) -> TokenStream {
    if has_some(context) {
        quote!(__RESOURCES)
    } else {
        quote!(&[])
    }
}

fn spec(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let (field, of) = (&parameter.name, &context.value);
    let name = field.unraw().to_string();
    let type_text = text::source(&parameter.ty);
    let location = location::of(field.span());
    let constructor = parameter
        .resource
        .as_ref()
        .and_then(|resource| resource.constructor.as_ref());
    let constructor = if let Some(path) = constructor {
        let path_text = text::source(path);
        let (ty, value) = (context.ty(parameter), value(context, parameter));
        // At the path: what is no constructor is said there.
        let (first, last) = ends(&path.to_token_stream());
        let mut construct = quote_spanned!(first=> __flow::construct::<#ty, _, _>);
        construct.extend(quote_spanned!(last=> (#path, #value::erase)));
        quote! {
            ::core::option::Option::Some(__flow::Constructor {
                path: #path_text,
                build: || #construct,
            })
        }
    } else {
        quote!(::core::option::Option::None)
    };
    quote! {
        __flow::ResourceSpec {
            name: #name,
            type_text: #type_text,
            location: #location,
            constructor: #constructor,
            take: |params| match params.downcast_mut::<#of>() {
                ::core::option::Option::Some(params) => params.#field.take(),
                ::core::option::Option::None => ::core::option::Option::None,
            },
        }
    }
}

/// A resource on its way into `__build`, under a name that is no other.
fn given(place: usize) -> Ident {
    format_ident!("__resource_{place}")
}

/// The resources as the first parameters of `__build`: `__resource_0: Client,`.
pub(super) fn taken(context: &Context<'_>) -> TokenStream {
    let taken = all(context).map(|(index, parameter)| {
        let (name, ty) = (given(context.flow.place(index)), context.ty(parameter));
        quote!(#name: #ty,)
    });
    taken.collect()
}

/// One of them, for the flow's function.
pub(super) fn taken_name(context: &Context<'_>, index: usize) -> TokenStream {
    given(context.flow.place(index)).into_token_stream()
}

/// The resources as parameters of `restore`, and for `__build`.
pub(super) fn restored(context: &Context<'_>) -> (TokenStream, TokenStream) {
    let declared = all(context).map(|(_, parameter)| {
        let (name, ty) = (&parameter.name, context.ty(parameter));
        quote!(#name: #ty,)
    });
    let names = all(context).map(|(_, parameter)| &parameter.name);
    (declared.collect(), quote!(#(#names,)*))
}

/// For `__build`, out of what the command line gives.
pub(super) fn from_given(context: &Context<'_>) -> TokenStream {
    let given = all(context).map(|(index, parameter)| {
        let (place, ty) = (
            Literal::usize_unsuffixed(context.flow.place(index)),
            context.ty(parameter),
        );
        quote! {
            match given.resource::<#ty>(#place) {
                ::core::result::Result::Ok(resource) => resource,
                ::core::result::Result::Err(missing) => return ::core::result::Result::Err(missing),
            }
        }
    });
    quote!(#(#given,)*)
}

/// The resource itself.
fn lent(context: &Context<'_>, index: usize) -> TokenStream {
    let ty = context.ty(&context.flow.parameters()[index]);
    let place = Literal::usize_unsuffixed(context.flow.place(index));
    quote!(__attempt.resource::<#ty>(#place))
}

/// `let http: &Client = …;` for what expressions mention.
pub(super) fn bindings(context: &Context<'_>, mut mentioned: Vec<usize>) -> Vec<TokenStream> {
    mentioned.sort_unstable();
    mentioned.dedup();
    let bindings = mentioned.into_iter().map(|index| {
        let parameter = &context.flow.parameters()[index];
        let (name, ty, lent) = (&parameter.name, context.ty(parameter), lent(context, index));
        quote!(let #name: &#ty = #lent.get();)
    });
    bindings.collect()
}

/// The bare name of a resource, on its way to a parameter.
pub(super) fn bare(context: &Context<'_>, task_type: &TokenStream, mention: &Mention) -> TokenStream {
    let at = located(mention.span);
    let lent: TokenStream = lent(context, mention.index)
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(at));
            token
        })
        .collect();
    quote_spanned!(at=> <#task_type>::__arg(__flow::Wire::of_parameter(#lent)))
}

/// An expression of resources alone: it may go to a resource of the task.
pub(super) fn of_resources(tokens: &TokenStream) -> TokenStream {
    let (first, last) = ends(tokens);
    let mut argument = quote_spanned!(first=> __flow::of_resources);
    argument.extend(quote_spanned!(last=> (#tokens)));
    argument
}
