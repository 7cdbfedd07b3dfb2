//! A flow and its nodes as constants: what the plan, the records and the command line read.
//! No function of an author stands here, only references to the small ones that the macro makes.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{Context, branch, each, resource, target, task, text};
use crate::flow::model::{Argument, Call, Element, Expression, Mention, Node, Value};
use crate::flow::syntax::{Form, Parameter};
use crate::{docs, fingerprint, location};

/// `__SPEC` and `__NODES`.
pub(super) fn data(context: &Context<'_>) -> TokenStream {
    let (constant, resources) = (resource::constant(context), resource::list(context));
    let spec = match &context.flow.form {
        Form::Named(header) => {
            let name = flow_name(context);
            let function = header.name.unraw().to_string();
            let docs = docs::text(&header.attributes);
            let zone = header
                .zone
                .as_ref()
                .map_or_else(|| quote!("UTC"), ToTokens::to_token_stream);
            let location = location::of(header.name.span());
            quote! {
                name: #name,
                function: #function,
                module: ::core::module_path!(),
                docs: #docs,
                location: #location,
                zone: #zone,
                params: __PARAMS,
                resources: #resources,
            }
        }
        Form::Bare => {
            let name = flow_name(context);
            let location = location::of(Span::call_site());
            quote! {
                name: #name,
                function: "",
                module: ::core::module_path!(),
                docs: "",
                location: #location,
                zone: "UTC",
                params: __PARAMS,
                resources: #resources,
            }
        }
    };
    // A flow with errors never runs: its keys and setters need no more than that there is a spec.
    let tail = match &context.flow.tail {
        Some((slot, _)) if context.error.is_none() => {
            let slot = Literal::usize_unsuffixed(*slot);
            quote!(::core::option::Option::Some(#slot))
        }
        _ => quote!(::core::option::Option::None),
    };
    let nodes: Vec<TokenStream> = match context.error {
        None => context
            .nodes()
            .filter_map(|(_, node)| Some(self::node(context, node, node.call.as_ref()?)))
            .collect(),
        Some(_) => Vec::new(),
    };
    let conditions = context.nodes().filter(|_| context.error.is_none());
    let conditions =
        conditions.filter_map(|(_, node)| Some(branch::conditions(context, node, node.branch.as_ref()?)));
    let parameters = context.flow.parameters().iter().enumerate();
    let parameters = parameters.filter(|(_, parameter)| context.error.is_none() && !parameter.is_resource());
    let parameters = parameters.map(|(place, parameter)| self::parameter(context, place, parameter));
    quote! {
        #constant

        static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
            #spec
            nodes: __NODES,
            tail: #tail,
        };

        const __PARAMS: &[__flow::ParamSpec] = &[#(#parameters),*];

        #(#conditions)*

        const __NODES: &[__flow::NodeSpec] = &[#(#nodes),*];
    }
}

/// Targets that certainly meet: one pass over the flow, and one constant at each node for rustc to point at.
pub(super) fn clashes(context: &Context<'_>) -> Option<TokenStream> {
    let count = context.flow.nodes.len();
    if context.error.is_some() || count == 0 {
        return None;
    }
    let name = flow_name(context);
    let nodes = Literal::usize_unsuffixed(count);
    let table = Literal::usize_unsuffixed((2 * count).next_power_of_two());
    let checks = context.nodes().map(|(slot, node)| {
        let slot = Literal::usize_unsuffixed(slot);
        let own = node.target.as_ref().map(|target| target.template.source.span());
        quote_spanned! {own.unwrap_or(node.name.span())=>
            const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(__NODES, &__CLASHES, #slot) {
                ::core::panic!("{}", clash.message());
            };
        }
    });
    Some(quote! {
        const __CLASHES: __flow::Clashes<#nodes> = __flow::clashes::<#nodes, #table>(#name, __NODES);
        #(#checks)*
    })
}

/// The name that people read.
fn flow_name(context: &Context<'_>) -> TokenStream {
    match &context.flow.form {
        Form::Named(header) => match &header.title {
            Some(title) => quote!(#title),
            None => header.name.unraw().to_string().to_token_stream(),
        },
        Form::Bare => quote!("flow"),
    }
}

fn parameter(context: &Context<'_>, place: usize, parameter: &Parameter) -> TokenStream {
    let (field, value) = (&parameter.name, &context.value);
    let name = field.unraw().to_string();
    let ty = &parameter.ty;
    let type_text = text::source(ty);
    let docs = docs::text(&parameter.docs);
    let docs = (!docs.is_empty()).then(|| quote!(.docs(#docs)));
    let default = parameter.default.as_ref().map(|default| {
        let default = text::source(default);
        quote!(.default(#default))
    });
    let shown = target::may_show(context, place).then(|| quote!(.shown(__flow::Shows::<#ty>::SHOW)));
    quote! {
        __flow::ParamSpec::new::<#ty>(
            #name,
            #type_text,
            |params| match params.downcast_ref::<#value>() {
                ::core::option::Option::Some(params) => ::core::option::Option::Some(&params.#field),
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<#ty>::new()).parse(text),
        )
        #docs
        #default
        #shown
    }
}

fn node(context: &Context<'_>, node: &Node, call: &Call) -> TokenStream {
    if let Some(branch) = &node.branch {
        return branch::constant(context, node, call, branch);
    }
    let task = task(node, call);
    let edges = edges(node.data(), node.beside(), node.order());
    let overrides = overrides(context, node, &task, None);
    spec(context, node, &task, &edges, &call.arguments, &overrides)
}

/// What is upstream: by data, child by child, and by order alone.
pub(super) fn edges(data: Vec<Mention>, beside: Vec<Mention>, order: Vec<Mention>) -> Vec<TokenStream> {
    let kinds = [
        (data, quote!(data)),
        (beside, quote!(each)),
        (order, quote!(order)),
    ];
    let edges = kinds.into_iter().flat_map(|(mentions, kind)| {
        mentions.into_iter().map(move |mention| {
            let slot = Literal::usize_unsuffixed(mention.index);
            quote!(__flow::Edge::#kind(#slot))
        })
    });
    edges.collect()
}

/// `__flow::NodeSpec { … }`.
pub(super) fn spec(
    context: &Context<'_>,
    node: &Node,
    task: &TokenStream,
    edges: &[TokenStream],
    arguments: &[Argument],
    overrides: &TokenStream,
) -> TokenStream {
    let function = &node.name;
    let name = function.unraw().to_string();
    let location = location::of(function.span());
    let arguments = arguments.iter().map(|argument| self::argument(context, argument));
    quote! {
        __flow::NodeSpec {
            name: #name,
            task: <#task as __flow::Task>::SPEC,
            location: #location,
            edges: &[#(#edges),*],
            arguments: &[#(#arguments),*],
            overrides: #overrides,
            run: __Nodes::#function,
        }
    }
}

/// `branch` is what a node is of an `if` or `match`.
pub(super) fn overrides(
    context: &Context<'_>,
    node: &Node,
    task: &TokenStream,
    branch: Option<&TokenStream>,
) -> TokenStream {
    let rules = node.rules.constant(&quote!(<#task as __flow::Task>::SPEC.rules));
    let rules = rules.map(|rules| quote!(rules: ::core::option::Option::Some(&#rules),));
    let target = node.target.as_ref().map(|target| {
        let target = target::constant(context, target, task);
        quote!(target: ::core::option::Option::Some(#target),)
    });
    let each = node.call.as_ref().and_then(|call| each::constant(context, call));
    let each = each.map(|each| quote!(each: ::core::option::Option::Some(#each),));
    if rules.is_none() && target.is_none() && each.is_none() && branch.is_none() {
        return quote!(__flow::Overrides::NONE);
    }
    quote!(__flow::Overrides { #rules #target #each #branch ..__flow::Overrides::NONE })
}

fn argument(context: &Context<'_>, argument: &Argument) -> TokenStream {
    let source = source(context, &argument.value);
    if let Some(name) = &argument.name {
        let name = name.unraw().to_string();
        quote!(__flow::Argument::named(#name, #source))
    } else {
        quote!(__flow::Argument::positional(#source))
    }
}

fn source(context: &Context<'_>, value: &Value) -> TokenStream {
    match value {
        Value::Node(mention) => of_node(mention),
        Value::List(list) => {
            let elements = list.elements.iter().map(|element| match element {
                Element::Node(mention) => of_node(mention),
                Element::Parameter(mention) => of_parameter(context, mention),
            });
            quote!(__flow::Source::List(&[#(#elements),*]))
        }
        Value::Parameter(mention) => of_parameter(context, mention),
        Value::Item(mention) => {
            let place = Literal::usize_unsuffixed(mention.index);
            quote!(__flow::Source::Item(#place))
        }
        Value::Resource(mention) => {
            let place = place(context, mention);
            quote!(__flow::Source::Resource(#place))
        }
        Value::Literal {
            text, is_float: true, ..
        } => quote!(__flow::Source::Literal(__flow::Literal::Float(#text))),
        Value::Literal { text, .. } => quote!(__flow::Source::Literal(__flow::Literal::Exact(#text))),
        Value::Expression(expression) => of_expression(context, expression),
    }
}

pub(super) fn of_expression(context: &Context<'_>, expression: &Expression) -> TokenStream {
    let fingerprint = fingerprint::constant(&expression.fingerprint);
    let behind = || expression.behind.iter();
    let behind_nodes = behind().flat_map(|behind| &behind.nodes);
    let behind_parameters = behind().flat_map(|behind| &behind.parameters);
    let nodes = expression.nodes.iter().chain(behind_nodes);
    let nodes = ascending(nodes.map(|mention| mention.index));
    let params = expression.parameters.iter().chain(behind_parameters);
    let params = ascending(params.map(|mention| context.flow.place(mention.index)));
    let items = ascending(expression.items.iter().map(|mention| mention.index));
    quote! {
        __flow::Source::Expression {
            fingerprint: #fingerprint,
            nodes: &[#(#nodes),*],
            params: &[#(#params),*],
            items: &[#(#items),*],
        }
    }
}

pub(super) fn of_node(mention: &Mention) -> TokenStream {
    let slot = Literal::usize_unsuffixed(mention.index);
    quote!(__flow::Source::Node(#slot))
}

pub(super) fn of_parameter(context: &Context<'_>, mention: &Mention) -> TokenStream {
    let place = place(context, mention);
    quote!(__flow::Source::Param(#place))
}

/// The place of a parameter among those of its kind.
fn place(context: &Context<'_>, mention: &Mention) -> Literal {
    Literal::usize_unsuffixed(context.flow.place(mention.index))
}

/// Each once.
fn ascending(indices: impl Iterator<Item = usize>) -> Vec<Literal> {
    let mut indices: Vec<usize> = indices.collect();
    indices.sort_unstable();
    indices.dedup();
    indices.into_iter().map(Literal::usize_unsuffixed).collect()
}
