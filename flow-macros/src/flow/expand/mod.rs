//! Makes the code of a flow from its model: data for the runtime, one small function a node, keys and setters.
//! Nothing is judged here and nothing can fail; of a flow with errors, all that has a type is made nevertheless.

mod branch;
mod data;
mod each;
mod keys;
mod node;
mod resource;
mod start;
mod target;
mod text;

#[cfg(test)]
mod tests;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Path;
use syn::spanned::Spanned as _;

pub(crate) use self::text::source;
use super::model::{Call, Flow, Node};
use super::syntax::{Form, Header, Parameter};

/// The code of a flow; `error` is what was found wrong with it.
pub(crate) fn expand(flow: &Flow, error: Option<&syn::Error>) -> TokenStream {
    let context = Context::new(flow, error);
    match &flow.form {
        Form::Named(header) => named(&context, header),
        Form::Bare => bare(&context),
    }
}

/// What every part of the expansion needs.
struct Context<'a> {
    flow: &'a Flow,
    error: Option<&'a syn::Error>,
    krate: &'a Path,
    /// The type that has the keys.
    keys: Ident,
    /// The type that holds the parameters.
    value: TokenStream,
    /// A value of the type of the keys.
    instance: TokenStream,
}

impl<'a> Context<'a> {
    fn new(flow: &'a Flow, error: Option<&'a syn::Error>) -> Self {
        let keys = match &flow.form {
            Form::Named(header) => header.name.clone(),
            Form::Bare => Ident::new("__Flow", Span::call_site()),
        };
        let (value, instance) = match &flow.form {
            Form::Named(header) => {
                let value = value_type(header);
                (quote!(#value), quote!(#keys {}))
            }
            Form::Bare if flow.tail.is_some() => (quote!(Self), quote!(<#keys<()> as __flow::Flow>::VALUE)),
            Form::Bare => (quote!(#keys), quote!(#keys)),
        };
        Self {
            flow,
            error,
            krate: &flow.krate,
            keys,
            value,
            instance,
        }
    }

    /// The key of the node of this name.
    fn key(&self, node: &Ident) -> TokenStream {
        let (keys, instance) = (&self.keys, &self.instance);
        match self.flow.form {
            Form::Named(_) => quote!((#keys::#node)(&#instance)),
            Form::Bare => quote!(#instance.#node()),
        }
    }

    /// `__flow`, and the tasks that are called with named arguments.
    fn imports(&self) -> TokenStream {
        let krate = self.krate;
        let mut parameters = self.flow.parameters().iter();
        let from_text = (!parameters.all(Parameter::is_resource)).then(|| {
            quote!(
                use __flow::{ByFromStr as _, ByJson as _, ByNothing as _};
            )
        });
        let shows = (0..self.flow.parameters().len()).any(|place| target::may_show(self, place));
        let shows = shows.then(|| {
            quote!(
                use __flow::ShowsNothing as _;
            )
        });
        let aliases = self
            .flow
            .nodes
            .iter()
            .filter(|node| node.has_key)
            .flat_map(|node| node.calls().map(move |call| (node, call)))
            .filter(|(_, call)| is_named(call))
            .map(|(node, call)| {
                let (task, alias) = (&call.task, alias(node, call));
                quote!(use #task as #alias;)
            });
        quote! {
            use #krate::__private as __flow;
            #from_text
            #shows
            #(#aliases)*
        }
    }

    /// The nodes that have a key, with their slots.
    fn nodes(&self) -> impl Iterator<Item = (usize, &'a Node)> {
        self.flow
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.has_key)
    }

    /// Whether something has no type since it could not be read.
    fn has_unknown_type(&self) -> bool {
        self.nodes().any(|(_, node)| node.call.is_none())
            || self
                .flow
                .parameters()
                .iter()
                .any(|parameter| parameter.ty.is_none())
    }

    /// The constant in which the first error stands when a type is needed for what could not be read.
    fn error_constant(&self) -> Ident {
        format_ident!("__{}_error", self.keys)
    }

    /// A type for what could not be read: its length is an error that is reported, so rustc says nothing more about
    /// it nor about what it is used for.
    fn unknown_type(&self) -> TokenStream {
        let constant = self.error_constant();
        quote!([(); #constant])
    }

    /// The type of a parameter, or one that says nothing where it could not be read.
    fn ty(&self, parameter: &Parameter) -> TokenStream {
        let ty = parameter.ty.as_ref();
        ty.map_or_else(|| self.unknown_type(), ToTokens::to_token_stream)
    }

    /// All errors, the first one where [`Self::unknown_type`] needs it.
    fn errors(&self) -> TokenStream {
        let errors = self.error.iter().flat_map(|error| (*error).clone());
        let mut errors = errors.map(syn::Error::into_compile_error);
        let first = if self.has_unknown_type() {
            let (constant, first) = (self.error_constant(), errors.next());
            quote! {
                #[doc(hidden)]
                #[allow(non_upper_case_globals)]
                const #constant: ::core::primitive::usize = #first;
            }
        } else {
            TokenStream::new()
        };
        quote!(#first #(#errors)*)
    }
}

/// `__nightly`: the type of the value that the function `nightly` returns.
fn value_type(header: &Header) -> Ident {
    format_ident!("__{}", header.name)
}

/// At the task: what is none is said there, not at the whole flow.
fn at_task(task: &TokenStream) -> Span {
    task.span().resolved_at(Span::call_site())
}

/// Shown where `span` is, but with names as the macro knows them: under a `macro_rules!` an author's token may
/// know others.
fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// Whether arguments are named, so that the call is a struct literal.
fn is_named(call: &Call) -> bool {
    call.arguments.iter().any(|argument| argument.name.is_some())
}

/// The name under which a task with named arguments is imported: rustc would report an unknown task twice, as a
/// type and as a struct literal.
fn alias(node: &Node, call: &Call) -> Ident {
    let span = call
        .task
        .segments
        .last()
        .map_or_else(Span::call_site, |last| last.ident.span());
    match call.arm {
        0 => format_ident!("__task_{}", node.name, span = span),
        arm => format_ident!("__task_{}_{}", node.name, arm, span = span),
    }
}

/// The type of a node's task.
fn task(node: &Node, call: &Call) -> TokenStream {
    if is_named(call) {
        let alias = alias(node, call);
        quote!(#alias)
    } else {
        let task = &call.task;
        quote!(#task)
    }
}

/// What the machinery of a flow allows: names are the author's, and not all of it is used.
fn lints(flow: &Flow) -> TokenStream {
    let deprecated = match &flow.form {
        Form::Named(header) => header
            .attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("deprecated")),
        Form::Bare => false,
    };
    let deprecated = deprecated.then(|| quote!(deprecated,));
    quote! {
        #[allow(
            dead_code,
            #deprecated
            elided_lifetimes_in_paths,
            mismatched_lifetime_syntaxes,
            non_camel_case_types,
            non_upper_case_globals,
            private_interfaces,
            unreachable_pub,
            unused_imports,
            unused_variables,
            clippy::all,
            clippy::pedantic
        )]
    }
}

fn named(context: &Context<'_>, header: &Header) -> TokenStream {
    let (errors, items) = (context.errors(), start::named(context, header));
    let conditions = header
        .attributes
        .iter()
        .filter(|attribute| !is_doc_or_deprecated(attribute));
    let (lints, imports) = (lints(context.flow), context.imports());
    let (keys, value) = (keys::keys(context), start::methods(context, header));
    let data = data::data(context);
    let (functions, clashes) = (node::functions(context), data::clashes(context));
    let checks = target::checks(context);
    let registration = context.error.is_none().then(|| start::registration(context));
    quote! {
        #errors
        #items

        #[doc(hidden)]
        #(#conditions)*
        #lints
        const _: () = {
            #imports
            #keys
            #value
            #data
            #functions
            #clashes
            #checks
            #registration
        };
    }
}

fn is_doc_or_deprecated(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("doc") || attribute.path().is_ident("deprecated")
}

fn bare(context: &Context<'_>) -> TokenStream {
    let errors = context.errors();
    let (definition, value) = start::bare(context);
    let (lints, imports) = (lints(context.flow), context.imports());
    let keys = keys::keys(context);
    let methods = start::bare_methods(context);
    let data = data::data(context);
    let (functions, clashes) = (node::functions(context), data::clashes(context));
    let checks = target::checks(context);
    quote! {
        {
            #errors
            #definition

            #lints
            const _: () = {
                #imports
                #keys
                #methods
                #data
                #functions
                #clashes
                #checks
            };
            #value
        }
    }
}
