//! A node's own target as const data, and what is asked of its task at compile time: which variable is an argument, whether
//! it can be shown, whether the output can be written. All of it only where such a target stands.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::{Context, located, resource, task};
use crate::flow::model::{Argument, Call, Node, Value};
use crate::flow::syntax::Parameter;
use crate::flow::target::Target;
use crate::options::format::Written;
use crate::template::{Format, Piece};

/// `&__flow::NodeTarget { … }`.
pub(super) fn constant(context: &Context<'_>, target: &Target, task: &TokenStream) -> TokenStream {
    let template = target.template.constant(|name| {
        let parameter = parameter(context, name);
        quote!(__flow::target_variable(<#task as __flow::Task>::SPEC, #name, #parameter))
    });
    let is_written = quote!({ __flow::is_written(<#task as __flow::Task>::SPEC) });
    let Some(format) = &target.format else {
        return quote!(&__flow::NodeTarget { template: #template, codec: ::core::option::Option::None });
    };
    let format = match format {
        Written::By(format) => quote!(WrittenBy<#format, #is_written>),
        Written::In(Format::Text) => quote!(WrittenAsText<_, #is_written>),
        Written::In(Format::Json) => quote!(WrittenAsJson<#is_written>),
        Written::In(Format::Bytes) => quote!(WrittenAsBytes<#is_written>),
        Written::In(Format::Csv) => quote!(WrittenAsCsv<#is_written>),
        Written::In(Format::Msgpack) => quote!(WrittenAsMsgpack<#is_written>),
        Written::In(Format::Postcard) => quote!(WrittenAsPostcard<#is_written>),
    };
    // At what picks the format: that the output cannot be written so is said there.
    let mut codec = quote_spanned! {located(target.format_at)=>
        <<#task as __flow::Task>::Output as __flow::#format>::CODEC
    };
    if let Some(compression) = target.template.compression() {
        codec = quote!(__flow::compressed(#codec, #compression));
    }
    quote!(&__flow::NodeTarget { template: #template, codec: #codec })
}

/// `Some(place)` of the flow's parameter of this name.
fn parameter(context: &Context<'_>, name: &str) -> TokenStream {
    let mut parameters = context.flow.parameters().iter();
    let is_it = |parameter: &Parameter| parameter.name.unraw() == name && !parameter.is_resource();
    if let Some(index) = parameters.position(is_it) {
        let place = Literal::usize_unsuffixed(context.flow.place(index));
        quote!(::core::option::Option::Some(#place))
    } else {
        quote!(::core::option::Option::None)
    }
}

/// What the options of the nodes demand of their tasks: one constant for each, for rustc to point at.
pub(super) fn checks(context: &Context<'_>) -> TokenStream {
    let mut checks = TokenStream::new();
    if context.error.is_some() {
        return checks;
    }
    let resources = resource::list(context);
    for (_, node) in context.nodes() {
        let specs = node.calls().map(|call| {
            let task = task(node, call);
            quote!(<#task as __flow::Task>::SPEC)
        });
        let specs: Vec<TokenStream> = specs.collect();
        if let Some(target) = &node.target {
            let faults = specs.iter().map(|spec| quote!(__flow::target_fault(#spec)));
            checks.extend(any(target.option, faults));
            if let Some(message) = &target.template.extension_fault {
                let faults = specs
                    .iter()
                    .map(|spec| quote!(__flow::extension_fault(#spec, #message)));
                checks.extend(any(target.template.source.span(), faults));
            }
            if let Some(option) = target.format_option {
                let faults = specs.iter().map(|spec| quote!(__flow::format_fault(#spec)));
                checks.extend(any(option, faults));
            }
            for (name, at) in &target.template.variables {
                let (parameter, drawing) = (parameter(context, name), target.template.drawing(at));
                let fault = |spec| quote!(__flow::variable_fault(#spec, __PARAMS, #resources, #name, #parameter, #drawing));
                checks.extend(any(target.template.source.span(), specs.iter().map(fault)));
            }
        }
        let faults: Vec<(Span, TokenStream)> =
            specs.iter().filter_map(|spec| node.rules.fault(spec)).collect();
        if let Some((span, _)) = faults.first() {
            checks.extend(all(*span, faults.iter().map(|(_, fault)| fault)));
        }
    }
    checks
}

/// Panics at `span` with the first of these faults, if there is one.
fn any(span: Span, faults: impl Iterator<Item = TokenStream>) -> TokenStream {
    let mut check = TokenStream::new();
    for fault in faults {
        let otherwise = (!check.is_empty()).then(|| quote!(else));
        let fault = panic_with(span, &fault);
        check.extend(quote!(#otherwise #fault));
    }
    quote_spanned!(span=> const _: () = #check;)
}

/// Panics at `span` with the first of these faults, if there are all: an option of an `if` or `match` that says something in
/// one arm says something.
fn all<'a>(span: Span, mut faults: impl Iterator<Item = &'a TokenStream>) -> TokenStream {
    let first = faults.next().map(|fault| panic_with(span, fault));
    let others: Vec<&TokenStream> = faults.collect();
    if others.is_empty() {
        return quote_spanned!(span=> const _: () = #first;);
    }
    quote_spanned!(span=> const _: () = if #(#others.is_some())&&* { #first };)
}

fn panic_with(span: Span, fault: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        if let ::core::option::Option::Some(fault) = #fault {
            ::core::panic!("{}", fault.message());
        }
    }
}

/// Whether a value of this parameter is shown by a node's own target, or may be: by its name, or handed to an argument.
pub(super) fn may_show(context: &Context<'_>, place: usize) -> bool {
    let name = context.flow.parameters()[place].name.unraw().to_string();
    context.flow.nodes.iter().any(|node| {
        let shown = names(node);
        let mut arguments = node.calls().flat_map(|call| &call.arguments);
        shown.contains(&name.as_str())
            || !shown.is_empty()
                && arguments.any(
                    |argument| matches!(&argument.value, Value::Parameter(mention) if mention.index == place),
                )
    })
}

/// What the node's own target names beside the built-in variables.
fn names(node: &Node) -> Vec<&str> {
    let pieces = node.target.iter().flat_map(|target| &target.template.pieces);
    let names = pieces.filter_map(|piece| match piece {
        Piece::Argument(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

/// An argument that the node's own target may show, on its way to the task.
pub(super) fn shown(
    context: &Context<'_>,
    node: &Node,
    call: &Call,
    (place, argument): (usize, &Argument),
    value: TokenStream,
) -> TokenStream {
    let names = names(node);
    // The text of a literal is known, but for a float's.
    let is_plain = matches!(argument.value, Value::Literal { is_float: false, .. });
    if context.error.is_some() || names.is_empty() || is_plain {
        return value;
    }
    let task = task(node, call);
    let spec = quote!(<#task as __flow::Task>::SPEC);
    let place = Literal::usize_unsuffixed(place);
    let is_shown = match &argument.name {
        None => quote!(__flow::shows_argument(#spec, #place, &[#(#names),*])),
        Some(name) => {
            let name = name.unraw().to_string();
            if !names.contains(&name.as_str()) {
                return value;
            }
            quote!(__flow::argument_is_shown(#spec, #name, &[#name]))
        }
    };
    // All of it where the argument stands: rustc then shows that, and not the whole flow.
    let (first, last) = ends(&value);
    let mut shown = quote_spanned!(first=> __flow::Shown);
    shown.extend(quote_spanned!(last=> ::<{ #is_shown }>::argument(__attempt, #place, #value)));
    shown
}

/// The first and the last token: from one to the other rustc underlines all.
pub(super) fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut spans = tokens.clone().into_iter().map(|token| located(token.span()));
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
