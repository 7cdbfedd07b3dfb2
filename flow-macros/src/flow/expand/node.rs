//! The function of each node: binds what its arguments mention, builds the task struct, calls it.
//! Bare names are converted, everything else stands in the struct as the author wrote it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::PathSegment;

use super::start::cloned;
use super::{Context, branch, each, is_named, located, resource, target, task};
use crate::flow::model::{Argument, Call, Element, Expression, Mention, Node, Of, Value, once};

/// The functions, as associated ones: a free function named like a node could shadow what an argument calls.
pub(super) fn functions(context: &Context<'_>) -> TokenStream {
    let functions = context.nodes().filter_map(|(_, node)| {
        let call = node.call.as_ref()?;
        // What is wrong with it is reported; rustc would only say it again.
        let is_made = context.error.is_none() || is_sound(context, node);
        is_made.then(|| match &node.branch {
            Some(branch) => branch::function(context, node, branch),
            None => function(context, node, call),
        })
    });
    quote! {
        struct __Nodes;

        #[allow(non_snake_case)]
        impl __Nodes {
            #(#functions)*
        }
    }
}

/// Whether a node of a flow with errors can be compiled all the same: then its arguments keep their types in an
/// editor while another statement is being written.
fn is_sound(context: &Context<'_>, node: &Node) -> bool {
    node.calls().all(|call| call.complete)
        && node.is_pure
        && (node.data().iter())
            .chain(&node.beside())
            .all(|edge| context.flow.nodes[edge.index].has_key)
}

fn function(context: &Context<'_>, node: &Node, call: &Call) -> TokenStream {
    let name = &node.name;
    let bindings = Bindings::of(context, node, call);
    let owns = call.arguments.iter().any(|argument| match &argument.value {
        Value::Expression(_) | Value::List(_) => true,
        Value::Node(mention) => context.flow.nodes[mention.index].is_for(),
        Value::Parameter(_) | Value::Resource(_) | Value::Item(_) | Value::Literal { .. } => false,
    });
    let built = task_struct(context, node, call);
    let head = call.each.as_ref().map(|each| {
        let items: Vec<usize> = expressions(call)
            .flat_map(|expression| &expression.items)
            .map(|mention| mention.index)
            .collect();
        each::head(context, each, &items, &guards(node, call))
    });
    let body = if owns {
        let all = gathered_in(context, call);
        // One future that owns the temporaries of the arguments, whether the task is async or not.
        quote_spanned! {located(call.span)=>
            __flow::Call::future(async move {
                #all
                __attempt.call(#built).await
            })
        }
    } else {
        quote!(__attempt.call(#built))
    };
    quote! {
        fn #name<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            #bindings
            #head
            #body
        }
    }
}

/// The task struct with its arguments.
pub(super) fn task_struct(context: &Context<'_>, node: &Node, call: &Call) -> TokenStream {
    let bound = bound(call);
    let arguments: Vec<TokenStream> = call
        .arguments
        .iter()
        .enumerate()
        .map(|(place, argument)| {
            let value = self::argument(context, node, call, &bound, argument);
            target::shown(context, node, call, (place, argument), value)
        })
        .collect();
    built(&task(node, call), call, &arguments)
}

/// Lets the expressions of a call see the results of every `for` that they mention.
pub(super) fn gathered_in(context: &Context<'_>, call: &Call) -> TokenStream {
    let mentioned = expressions(call).flat_map(|expression| &expression.nodes);
    each::all_of(context, &once(mentioned))
}

/// `task::__new(a, b)` or `task { x: a, y: b }`, with the author's parentheses as its span.
fn built(task_type: &TokenStream, call: &Call, arguments: &[TokenStream]) -> TokenStream {
    let group = |delimiter, tokens| {
        let mut group = Group::new(delimiter, tokens);
        group.set_span(call.span);
        group
    };
    if is_named(call) {
        let names = call
            .arguments
            .iter()
            .filter_map(|argument| argument.name.as_ref());
        let fields = group(Delimiter::Brace, quote!(#(#names: #arguments,)*));
        quote!(#task_type #fields)
    } else {
        let arguments = group(Delimiter::Parenthesis, quote!(#(#arguments),*));
        // rustc shows a wrong number of arguments from the first to the last token of the call.
        let span = |segment: Option<&PathSegment>| segment.map_or_else(Span::call_site, |at| at.ident.span());
        let open = quote_spanned!(span(call.task.segments.first())=> <);
        let new = quote_spanned!(span(call.task.segments.last())=> >::__new);
        quote!(#open #task_type #new #arguments)
    }
}

/// What a bare name hands over; its name is the node's own, unless an expression has it.
fn wire(node: &Ident, is_bound: bool) -> Ident {
    if is_bound {
        format_ident!("__wire_{}", node)
    } else {
        node.clone()
    }
}

/// The expressions among the arguments of the call.
fn expressions(call: &Call) -> impl Iterator<Item = &Expression> {
    call.arguments
        .iter()
        .filter_map(|argument| match &argument.value {
            Value::Expression(expression) => Some(expression),
            Value::Node(_)
            | Value::Parameter(_)
            | Value::Item(_)
            | Value::Resource(_)
            | Value::List(_)
            | Value::Literal { .. } => None,
        })
}

/// Those of what its `for` goes through.
fn items(call: &Call) -> impl Iterator<Item = &Expression> {
    call.items().filter_map(|items| match &items.of {
        Of::Expression(expression) => Some(expression),
        Of::Children(_) | Of::Node(_) | Of::Parameter(_) => None,
    })
}

/// The nodes that expressions of the call mention, by index.
fn bound(call: &Call) -> Vec<usize> {
    let expressions = expressions(call).chain(items(call));
    let nodes = expressions.flat_map(|expression| &expression.nodes);
    nodes.map(|mention| mention.index).collect()
}

/// The tokens, each shown at `place`, with names as before.
pub(super) fn shown_at(place: Span, tokens: TokenStream) -> TokenStream {
    let moved = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), shown_at(place, group.stream())).into();
        }
        token.set_span(token.span().located_at(place));
        token
    });
    moved.collect()
}

/// Where an expression first needs the value of this node.
fn demand(expressions: &[&Expression], node: usize) -> Option<Span> {
    expressions.iter().find_map(|expression| {
        let mut demands = expression.demands.iter();
        demands
            .find(|mention| mention.index == node)
            .map(|mention| mention.span)
    })
}

fn argument(
    context: &Context<'_>,
    node: &Node,
    call: &Call,
    bound: &[usize],
    argument: &Argument,
) -> TokenStream {
    let task_type = &task(node, call);
    match (&argument.value, &call.each) {
        (Value::Node(mention), _) if context.flow.nodes[mention.index].is_for() => {
            each::collected(context, mention, &guards(node, call))
        }
        (Value::Node(mention), _) => of_node(context, task_type, bound, mention),
        (Value::Parameter(mention), _) => of_parameter(context, task_type, mention),
        (Value::Resource(mention), _) => resource::bare(context, task_type, mention),
        (Value::Item(mention), Some(each)) => {
            let wire = each::wire(each, mention.index, mention.span);
            quote_spanned!(located(mention.span)=> <#task_type>::__arg(#wire))
        }
        (Value::Item(_), None) => unreachable!("only a `for` has items"),
        (Value::List(list), _) => {
            let elements = list.elements.iter().map(|element| match element {
                Element::Node(mention) => of_node(context, task_type, bound, mention),
                Element::Parameter(mention) => of_parameter(context, task_type, mention),
            });
            let mut elements = Group::new(Delimiter::Bracket, quote!(#(#elements),*));
            elements.set_span(list.span);
            // What no parameter takes as a list is said of all of it.
            quote_spanned!(located(list.span)=> __flow::gather(#elements, &mut __flow::Gathered::new()))
        }
        (Value::Expression(expression), _) if expression.is_of_resources() => {
            resource::of_resources(&expression.tokens)
        }
        (Value::Literal { tokens, .. } | Value::Expression(Expression { tokens, .. }), _) => tokens.clone(),
    }
}

/// The bare name of a node, on its way to a parameter.
fn of_node(
    context: &Context<'_>,
    task_type: &TokenStream,
    bound: &[usize],
    mention: &Mention,
) -> TokenStream {
    let mut name = wire(
        &context.flow.nodes[mention.index].name,
        bound.contains(&mention.index),
    );
    name.set_span(mention.span);
    quote_spanned!(mention.span=> <#task_type>::__arg(#name))
}

/// The same of a parameter of the flow.
fn of_parameter(context: &Context<'_>, task_type: &TokenStream, mention: &Mention) -> TokenStream {
    // `__params` is the macro's name, and all tokens of one expression must know the same names.
    let mut name = context.flow.parameters()[mention.index].name.clone();
    name.set_span(located(mention.span));
    quote_spanned!(located(mention.span)=> <#task_type>::__arg(__flow::Wire::of_parameter(&__params.#name)))
}

/// What its rules let its data edges be: those of its task, unless the node says otherwise.
fn guards(node: &Node, call: &Call) -> TokenStream {
    let task_type = task(node, call);
    let (trigger, skip) = (node.rules.trigger_guard(), node.rules.skip_guard());
    if trigger.is_none() && skip.is_none() {
        return quote!(<#task_type as __flow::Task>::GUARDS);
    }
    let trigger = trigger.unwrap_or_else(|| quote!(<#task_type as __flow::Task>::Trigger));
    let skip = skip.unwrap_or_else(|| quote!(<#task_type as __flow::Task>::Skip));
    quote!(__flow::Guards::<#trigger, #skip>::new())
}

/// The `let`s before the call, or before the conditions of an `if` or `match`.
#[derive(Default)]
pub(super) struct Bindings {
    parameters: Option<TokenStream>,
    lets: Vec<TokenStream>,
}

impl Bindings {
    pub(super) fn of(context: &Context<'_>, node: &Node, call: &Call) -> Self {
        let mut bare: Vec<usize> = Vec::new();
        let mut used = false;
        for argument in &call.arguments {
            match &argument.value {
                Value::Parameter(_) => used = true,
                Value::Node(mention) => bare.push(mention.index),
                Value::List(list) => {
                    used |= list.has_parameters();
                    bare.extend(list.nodes().map(|mention| mention.index));
                }
                Value::Resource(_) | Value::Item(_) | Value::Literal { .. } | Value::Expression(_) => {}
            }
        }
        used |= call.items().any(|items| matches!(items.of, Of::Parameter(_)));
        let expressions: Vec<&Expression> = expressions(call).chain(items(call)).collect();
        let mut bindings = Self::default();
        bindings.bind_parameters(context, &expressions, used);
        bindings.bind_nodes(context, &call.data(), &expressions, &bare, &guards(node, call));
        bindings
    }

    /// For expressions alone, under these rules.
    pub(super) fn of_expressions(
        context: &Context<'_>,
        expressions: &[&Expression],
        guards: &TokenStream,
    ) -> Self {
        let nodes = once(expressions.iter().flat_map(|expression| &expression.nodes));
        let mut bindings = Self::default();
        bindings.bind_parameters(context, expressions, false);
        bindings.bind_nodes(context, &nodes, expressions, &[], guards);
        bindings
    }

    /// `used` is whether parameters are handed over by their bare names, too.
    fn bind_parameters(&mut self, context: &Context<'_>, expressions: &[&Expression], used: bool) {
        let mut mentioned: Vec<usize> = Vec::new();
        // Used by nobody: where a name means nothing at all, rustc suggests these. What is mentioned is bound after them.
        for expression in expressions {
            mentioned.extend(expression.parameters.iter().map(|mention| mention.index));
            let similar = expression.similar.iter();
            self.lets.extend(similar.map(|name| quote!(let #name = ();)));
        }
        mentioned.sort_unstable();
        mentioned.dedup();
        let value = &context.value;
        self.parameters =
            (used || !mentioned.is_empty()).then(|| quote!(let __params = __attempt.params::<#value>();));
        for index in mentioned {
            let parameter = &context.flow.parameters()[index];
            // In an expression a parameter has its declared type: a clone for every node that does this.
            let (name, ty) = (&parameter.name, context.ty(parameter));
            let copy = cloned(context, parameter, &quote!(__params));
            self.lets.push(quote!(let #name: #ty = #copy;));
        }
        let resources = expressions.iter().flat_map(|expression| &expression.resources);
        let resources = resources.map(|mention| mention.index).collect();
        self.lets.extend(resource::bindings(context, resources));
    }

    fn bind_nodes(
        &mut self,
        context: &Context<'_>,
        nodes: &[Mention],
        expressions: &[&Expression],
        bare: &[usize],
        guards: &TokenStream,
    ) {
        let in_expressions = |index: usize| {
            let mut nodes = expressions.iter().flat_map(|expression| &expression.nodes);
            nodes.any(|mention| mention.index == index)
        };
        for edge in nodes {
            let upstream = &context.flow.nodes[edge.index];
            let name = &upstream.name;
            let key = context.key(name);
            let is_bound = in_expressions(edge.index);
            if upstream.is_for() {
                if is_bound {
                    self.lets.push(each::gathered(context, upstream, guards));
                }
                continue;
            }
            if is_bound {
                let value = if let Some(at) = demand(expressions, edge.index) {
                    // All of it at the name: there rustc says that the value may be missing.
                    shown_at(at, quote!(__attempt.needed(#key, #guards)))
                } else {
                    quote!(__attempt.upstream(#key, #guards))
                };
                self.lets.push(quote!(let #name = #value;));
            }
            if bare.contains(&edge.index) {
                let wire = wire(name, is_bound);
                self.lets.push(quote! {
                    let #wire = __attempt.wire(#key, #guards);
                });
            }
        }
    }
}

impl ToTokens for Bindings {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.parameters.to_tokens(tokens);
        tokens.extend(self.lets.iter().cloned());
    }
}
