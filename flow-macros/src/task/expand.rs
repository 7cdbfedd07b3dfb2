//! Writes what stands beside the function: the task struct and its `Task` implementation.
//! It cannot fail; of a task with errors it writes a stub, so that flows which call it report nothing more.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Lifetime, Type, ext::IdentExt as _};

use super::{
    model::{Parameter, Role, Task},
    types::{self, Owned},
};
use crate::{
    fingerprint, location,
    template::{Format, Piece, Template},
};

/// The function, the struct and the implementation; a stub of the latter when the task is not `sound`.
pub(super) fn expand(task: &Task, sound: bool) -> TokenStream {
    let function = &task.function;
    let structure = structure(task);
    let cfgs = attributes(task, &["cfg"]);
    let private = private(task);
    let deprecated = attributes(task, &["deprecated"])
        .next()
        .map(|_| quote!(deprecated,));
    let constructors = constructors(task);
    let implementation = implementation(task, sound);
    quote! {
        #function

        #structure

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(dead_code, #deprecated unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
        const _: () = {
            use __flow::NotResult as _;
            use #private as __flow;

            #constructors

            #implementation
        };
    }
}

/// The path of the runtime crate.
fn krate(task: &Task) -> TokenStream {
    task.options
        .krate
        .as_ref()
        .map_or_else(|| quote!(::flow_runtime), ToTokens::to_token_stream)
}

fn private(task: &Task) -> TokenStream {
    let krate = krate(task);
    quote!(#krate::__private)
}

/// The function's attributes of these names.
fn attributes<'task>(task: &'task Task, names: &'static [&str]) -> impl Iterator<Item = &'task Attribute> {
    task.function
        .attrs
        .iter()
        .filter(|attr| names.iter().any(|name| attr.path().is_ident(name)))
}

fn structure(task: &Task) -> TokenStream {
    let copied = attributes(task, &["doc", "cfg", "deprecated"]);
    let vis = &task.function.vis;
    let name = &task.function.sig.ident;
    let lifetimes = &task.lifetimes;
    let fields = task
        .fields()
        .map(|(Parameter { name, docs, .. }, ty)| quote!(#(#docs)* pub #name: #ty));
    quote! {
        #(#copied)*
        #[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
        #vis struct #name <#(#lifetimes),*> {
            #(#fields,)*
        }
    }
}

/// `impl<'a: 'b, 'b>` and `name<'a, 'b>`.
fn header(task: &Task) -> (TokenStream, TokenStream) {
    let name = &task.function.sig.ident;
    let declared = &task.lifetimes;
    if declared.is_empty() {
        return (quote!(impl), quote!(#name));
    }
    let used: Vec<&Lifetime> = declared.iter().map(|param| &param.lifetime).collect();
    (quote!(impl<#(#declared),*>), quote!(#name<#(#used),*>))
}

/// What `flow!` calls: positional arguments, and the conversion of a bare name.
fn constructors(task: &Task) -> TokenStream {
    let (imp, name) = header(task);
    let names: Vec<&Ident> = task.fields().map(|(parameter, _)| &parameter.name).collect();
    let types = task.fields().map(|(_, ty)| ty);
    // Spanned at the parameter list: rustc shows it beside the argument that does not fit.
    let list = task.function.sig.paren_token.span.join();
    let bound = quote_spanned!(at(list)=> __Value: __flow::Feed<'run, __Parameter, __Form>);
    quote! {
        #imp #name {
            #[doc(hidden)]
            pub fn __new(#(#names: #types),*) -> Self {
                Self { #(#names),* }
            }

            #[doc(hidden)]
            pub fn __arg<'run, __Value, __Parameter, __Form>(value: &'run __Value) -> __Parameter
            where
                #bound,
            {
                __flow::Feed::feed(value)
            }
        }
    }
}

fn implementation(task: &Task, sound: bool) -> TokenStream {
    let (imp, name) = header(task);
    let krate = krate(task);
    let output = output(task);
    let named = named_output(task);
    let spec = spec(task, sound);
    let context = task
        .parameters
        .iter()
        .find(|parameter| matches!(parameter.role, Role::Context));
    let context = if sound && context.is_some() {
        quote!(__context)
    } else {
        quote!(_)
    };
    let call = if sound {
        call(task)
    } else {
        quote!(::core::unreachable!("this task did not compile"))
    };
    let shown = if sound { shown(task) } else { None };
    quote! {
        #[automatically_derived]
        #imp __flow::Task for #name {
            #output
            type Trigger = __flow::AllSuccessful;
            type Skip = __flow::SkipOnUpstreamSkip;
            const SPEC: &'static __flow::TaskSpec = &#spec;

            fn call<'run>(
                self,
                #context: &'run #krate::Context,
            ) -> __flow::TaskCall<'run, #named>
            where
                Self: 'run,
            {
                #call
            }

            #shown
        }
    }
}

/// `type Output`: the `T` of a returned `Result<T, E>`, else what is returned; told apart by type.
fn output(task: &Task) -> TokenStream {
    let ty = task
        .output
        .stub
        .as_ref()
        .map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let (first, last) = output_ends(task);
    let mut output = quote_spanned!(first=> type Output = <#ty as);
    output.extend(quote! { __flow::Return<{ __flow::Probe::<#ty>::IS_RESULT }> });
    output.extend(quote_spanned!(last=> >::Value;));
    output
}

/// `<Self as Task>::Output`, spanned at what the function returns: there rustc says which bound it misses.
fn named_output(task: &Task) -> TokenStream {
    let (first, last) = output_ends(task);
    let mut output = quote_spanned!(first=> <Self as);
    output.extend(quote!(__flow::Task));
    output.extend(quote_spanned!(last=> >::Output));
    output
}

/// The first and the last token of the return type, else the function's name.
fn output_ends(task: &Task) -> (Span, Span) {
    if let Some(ty) = &task.output.ty {
        return ends(ty);
    }
    let name = at(task.function.sig.ident.span());
    (name, name)
}

/// The first and the last token: from one to the other rustc underlines all, on stable too.
fn ends(ty: &Type) -> (Span, Span) {
    let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
    let span = |token: Option<&TokenTree>| at(token.map_or_else(Span::call_site, TokenTree::span));
    (span(tokens.first()), span(tokens.last()))
}

/// Tokens of ours in a place of the author's.
fn at(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

fn spec(task: &Task, sound: bool) -> TokenStream {
    let sig = &task.function.sig;
    let function = sig.ident.unraw().to_string();
    let name = task
        .options
        .name
        .as_ref()
        .map_or_else(|| function.clone(), |name| name.value.value());
    let (line, column) = location::of(sig.ident.span());
    let (line, column) = (number(line), number(column));
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
    let target = task.template.as_ref().map(template).map_or_else(
        || quote!(::core::option::Option::None),
        |template| quote!(::core::option::Option::Some(#template)),
    );
    let body = hex(&fingerprint::of_tokens(task.function.fingerprinted()));
    let asynchronous = sig.asyncness.is_some();
    let parameters = task
        .fields()
        .map(|(parameter, _)| parameter_spec(task, parameter, sound));
    let output = output_spec(task, sound && checkpoint);
    quote! {
        __flow::TaskSpec {
            name: #name,
            function: #function,
            module: ::core::module_path!(),
            location: __flow::Location::new(::core::file!(), #line, #column),
            docs: #docs,
            version: #version,
            checkpoint: #checkpoint,
            target: #target,
            body: __flow::Fingerprint::from_hex(#body),
            asynchronous: #asynchronous,
            parameters: &[#(#parameters),*],
            output: #output,
        }
    }
}

fn number(number: u32) -> Literal {
    Literal::u32_unsuffixed(number)
}

fn hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex().to_string()
}

fn template(template: &Template) -> TokenStream {
    let source = template.source.value();
    let pieces = template.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(__flow::Piece::Text(#text)),
        Piece::Date(format) => quote!(__flow::Piece::Date(#format)),
        Piece::TaskName => quote!(__flow::Piece::TaskName),
        Piece::Node => quote!(__flow::Piece::Node),
        Piece::FlowName => quote!(__flow::Piece::FlowName),
        Piece::RunId => quote!(__flow::Piece::RunId),
        Piece::Argument(name) => quote!(__flow::Piece::Argument(#name)),
    });
    quote!(__flow::Template { source: #source, pieces: &[#(#pieces),*] })
}

/// Whether the target writes this argument.
fn is_shown(task: &Task, parameter: &Parameter) -> bool {
    let name = parameter.name.unraw().to_string();
    let pieces = task.template.iter().flat_map(|template| &template.pieces);
    pieces
        .into_iter()
        .any(|piece| matches!(piece, Piece::Argument(argument) if *argument == name))
}

fn parameter_spec(task: &Task, parameter: &Parameter, sound: bool) -> TokenStream {
    let name = parameter.name.unraw().to_string();
    if sound
        && is_shown(task, parameter)
        && let Some(owned) = types::owned(&parameter.ty)
    {
        return match owned {
            Owned::Sized { ty, .. } => quote!(__flow::ParameterSpec::shown::<#ty>(#name)),
            Owned::Str => quote!(__flow::ParameterSpec::shown::<::std::string::String>(#name)),
        };
    }
    quote!(__flow::ParameterSpec::new(#name))
}

fn output_spec(task: &Task, checked: bool) -> TokenStream {
    let output = named_output(task);
    if !checked {
        return quote!(__flow::OutputSpec::unchecked::<#output>());
    }
    let format = task.options.format.as_ref().map(|format| format.value);
    let format = format.or_else(|| task.template.as_ref().and_then(|template| template.extension));
    let codec = match format {
        None => quote!(message_pack::<#output>),
        // The marker tells `Display` types and `String` apart; it is inferred.
        Some(Format::Text) => quote!(text::<#output, _>),
        Some(Format::Json) => quote!(json::<#output>),
        Some(Format::Bytes) => quote!(bytes::<#output>),
    };
    quote!(__flow::OutputSpec::new::<#output>(__flow::Codec::#codec()))
}

/// The call of the author's function with the fields.
fn call(task: &Task) -> TokenStream {
    let name = &task.function.sig.ident;
    let arguments = task.parameters.iter().map(|parameter| match parameter.role {
        Role::Context => {
            // Whether it is our `Context` is seen here: rustc points at the author's type.
            let context = Ident::new("__context", at(ends(&parameter.ty).0));
            quote!(#context)
        }
        Role::Field(_) | Role::Omitted => {
            let field = &parameter.name;
            quote!(self.#field)
        }
    });
    let arguments = quote!((#(#arguments),*));
    // Spanned at the error's type: that it is none is said there.
    let error = at(types::error(task.output.ty.as_ref()).unwrap_or(name.span()));
    if task.function.sig.asyncness.is_none() {
        let result = quote_spanned!(error=> __flow::Probe(#name #arguments).into_result());
        return quote!(__flow::TaskCall::Done(#result));
    }
    let result = quote_spanned!(error=> __flow::Probe(#name #arguments.await).into_result());
    // Spanned at the name: that the future is not `Send` is said there.
    quote_spanned!(at(name.span())=> __flow::TaskCall::future(async move { #result }))
}

/// How the arguments that the target writes are shown.
fn shown(task: &Task) -> Option<TokenStream> {
    let arms: Vec<TokenStream> = task
        .fields()
        .enumerate()
        .filter(|(_, (parameter, _))| is_shown(task, parameter))
        .map(|(index, (parameter, _))| shown_arm(index, parameter))
        .collect();
    if arms.is_empty() {
        return None;
    }
    Some(quote! {
        fn shown(&self, name: &str) -> ::core::option::Option<&dyn ::core::fmt::Display> {
            match name {
                #(#arms,)*
                _ => ::core::option::Option::None,
            }
        }
    })
}

fn shown_arm(index: usize, Parameter { name, ty, .. }: &Parameter) -> TokenStream {
    let text = name.unraw().to_string();
    match types::owned(ty) {
        // The bound on the type is that of `ParameterSpec::shown`: asked for once, it is missed once.
        Some(Owned::Sized { references, .. }) => {
            let index = Literal::usize_unsuffixed(index);
            let stars = std::iter::repeat_n(quote!(*), references);
            quote!(#text => Self::SPEC.parameters[#index].show.and_then(|show| show(&#(#stars)* self.#name)))
        }
        Some(Owned::Str) | None => quote!(#text => ::core::option::Option::Some(&self.#name)),
    }
}
