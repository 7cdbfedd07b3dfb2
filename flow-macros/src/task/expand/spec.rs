//! Writes the task as const data: names, place, target, parameters and what the runtime must know of the output.
//! Bounds on types are asked for here, once each, at the author's tokens.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;

use super::spans::named_output;
use crate::options::format::Written;
use crate::task::options::OnChange;
use crate::{
    fingerprint, location,
    task::{
        model::{Parameter, Role, Task},
        types::{self, Owned},
    },
    template::{Format, Piece, Template},
};

/// The `TaskSpec`; without demands on types when the task is not `sound`.
pub(super) fn spec(task: &Task, sound: bool) -> TokenStream {
    let sig = &task.function.sig;
    let function = sig.ident.unraw().to_string();
    let name = task
        .options
        .name
        .as_ref()
        .map_or_else(|| function.clone(), |name| name.value.value());
    let location = location::of(sig.ident.span());
    let docs = &task.docs;
    let version = task
        .options
        .version
        .as_ref()
        .map_or("", |version| version.value.as_str());
    let checkpoint = task
        .options
        .checkpoint
        .as_ref()
        .is_none_or(|checkpoint| checkpoint.value);
    let target = if let Some(template) = &task.template {
        let template = template.constant(|name| quote!(__flow::Piece::Argument(#name)));
        quote!(::core::option::Option::Some(#template))
    } else {
        quote!(::core::option::Option::None)
    };
    let body = fingerprint::constant(&fingerprint::of_tokens(task.function.fingerprinted()));
    let asynchronous = sig.asyncness.is_some();
    let on_change = task.options.on_change.as_ref();
    let on_change = match on_change.map_or(OnChange::Reuse, |on_change| on_change.value) {
        OnChange::Reuse => quote!(__flow::OnChange::Reuse),
        OnChange::Rerun => quote!(__flow::OnChange::Rerun),
    };
    let rules = task
        .options
        .rules
        .constant(&quote!(__flow::Rules::DEFAULT))
        .unwrap_or_else(|| quote!(__flow::Rules::DEFAULT));
    let parameters = task
        .fields()
        .map(|(parameter, _)| parameter_spec(task, parameter, sound));
    let output = output_spec(task, sound, checkpoint);
    quote! {
        __flow::TaskSpec {
            name: #name,
            function: #function,
            path: ::core::any::type_name::<Self>,
            location: #location,
            docs: #docs,
            version: #version,
            checkpoint: #checkpoint,
            target: #target,
            body: #body,
            asynchronous: #asynchronous,
            on_change: #on_change,
            rules: #rules,
            parameters: &[#(#parameters),*],
            output: #output,
        }
    }
}

/// Whether the target writes this argument.
pub(super) fn is_shown(task: &Task, parameter: &Parameter) -> bool {
    let name = parameter.name.unraw().to_string();
    let pieces = task.template.iter().flat_map(|template| &template.pieces);
    pieces
        .into_iter()
        .any(|piece| matches!(piece, Piece::Argument(argument) if *argument == name))
}

fn parameter_spec(task: &Task, parameter: &Parameter, sound: bool) -> TokenStream {
    let name = parameter.name.unraw().to_string();
    if sound
        && !parameter.is_resource()
        && is_shown(task, parameter)
        && let Some(owned) = types::owned(&parameter.ty)
    {
        return match owned {
            Owned::Sized { ty, .. } => quote!(__flow::ParameterSpec::shown::<#ty>(#name)),
            Owned::Str => quote!(__flow::ParameterSpec::shown::<::std::string::String>(#name)),
        };
    }
    let spec = quote!(__flow::ParameterSpec::new(#name));
    match &parameter.role {
        _ if parameter.is_resource() => quote!(#spec.resource()),
        Role::Field(ty) if types::may_tolerate(ty) => {
            quote!(#spec.tolerating(__flow::Tolerant::<#ty>::TOLERANCE))
        }
        Role::Field(ty) if types::may_stream(ty) => {
            quote!(#spec.streaming(__flow::Tolerant::<#ty>::STREAMS))
        }
        _ => spec,
    }
}

/// All that is asked of an output is asked here, once, and reported at the return type.
fn output_spec(task: &Task, sound: bool, checkpoint: bool) -> TokenStream {
    let output = named_output(task);
    if !sound {
        return quote!(__flow::OutputSpec::unknown::<#output>());
    }
    if !checkpoint {
        return quote!(__flow::OutputSpec::memory::<#output>());
    }
    if task.writes_file {
        return quote!(__flow::OutputSpec::file::<#output>());
    }
    let given = task.options.format.as_ref().map(|format| format.value.clone());
    let extension = || task.template.as_ref().and_then(|template| template.extension);
    let compressed = task.template.as_ref().and_then(Template::compression);
    let compressed = compressed.map(|compression| quote!(.compressed(#compression)));
    let written = match given.or_else(|| extension().map(Written::In)) {
        Some(Written::By(format)) => quote!(__flow::OutputSpec::by::<#output, #format>()),
        None => quote!(__flow::OutputSpec::message_pack::<#output>()),
        // The marker tells `Display` types and `String` apart; it is inferred.
        Some(Written::In(Format::Text)) => quote!(__flow::OutputSpec::text::<#output, _>()),
        Some(Written::In(Format::Json)) => quote!(__flow::OutputSpec::json::<#output>()),
        Some(Written::In(Format::Bytes)) => quote!(__flow::OutputSpec::bytes::<#output>()),
        Some(Written::In(Format::Csv)) => quote!(__flow::OutputSpec::csv::<#output>()),
        Some(Written::In(Format::Msgpack)) => quote!(__flow::OutputSpec::msgpack::<#output>()),
        Some(Written::In(Format::Postcard)) => quote!(__flow::OutputSpec::postcard::<#output>()),
    };
    quote!(#written #compressed)
}
