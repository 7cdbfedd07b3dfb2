//! What an author calls: the flow's function, the type of its value with setters and `run`, the expression that
//! a bare flow is. How a run goes is the runtime's; these methods only hand the value over.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Attribute;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{Context, located, resource, text, value_type};
use crate::flow::syntax::{Header, Parameter};

/// The function, the type of the keys and the type of the value: what stands outside the hidden block.
pub(super) fn named(context: &Context<'_>, header: &Header) -> TokenStream {
    let Header {
        attributes,
        visibility,
        name,
        parameters,
        ..
    } = header;
    let value = value_type(header);
    let conditions: Vec<&Attribute> = attributes
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc") && !attribute.path().is_ident("deprecated"))
        .collect();
    let value_docs = format!(" The parameters of [`{}()`], ready to run.", name.unraw());
    let given: Vec<TokenStream> = parameters
        .iter()
        .map(|parameter| declared(context, parameter))
        .collect();
    let fields = parameters.iter().zip(&given).map(|(parameter, given)| {
        let name = &parameter.name;
        if !parameter.is_resource() {
            return given.clone();
        }
        let ty = resource::field(context, parameter);
        quote!(#name: #ty)
    });
    let required = parameters
        .iter()
        .zip(&given)
        .filter(|(parameter, _)| parameter.default.is_none());
    let required = required.map(|(_, field)| field);
    let defaults = parameters.iter().zip(&given).filter_map(|(parameter, field)| {
        let default = parameter.default.as_ref()?;
        Some(quote!(let #field = #default;))
    });
    let values = parameters.iter().map(|parameter| {
        if parameter.is_resource() {
            resource::held(context, parameter)
        } else {
            parameter.name.to_token_stream()
        }
    });
    // Spanned as a whole: a lint on the function, as of a missing doc, shows its name and not the macro call.
    let function = quote_spanned! {name.span()=>
        #visibility fn #name(#(#required),*) -> #value {
            #(#defaults)*
            #value { #(#values),* }
        }
    };
    quote! {
        #(#attributes)*
        #[allow(clippy::missing_const_for_fn)]
        #function

        #(#attributes)*
        #[allow(missing_docs, non_camel_case_types, unreachable_pub, clippy::empty_structs_with_brackets)]
        #visibility struct #name {}

        #[doc = #value_docs]
        #(#conditions)*
        #[allow(non_camel_case_types, unreachable_pub)]
        #[must_use = "a flow does nothing until it is run"]
        #visibility struct #value {
            #(#fields),*
        }
    }
}

/// `name: Type`.
fn declared(context: &Context<'_>, parameter: &Parameter) -> TokenStream {
    let (name, ty) = (&parameter.name, context.ty(parameter));
    quote!(#name: #ty)
}

/// A clone of a parameter in `from`. Written everywhere alike and where the type is: rustc says but once that a type
/// has no `Clone`, and a derive would not be alike.
pub(super) fn cloned(context: &Context<'_>, parameter: &Parameter, from: &TokenStream) -> TokenStream {
    if parameter.is_resource() {
        let name = &parameter.name;
        return quote!(::core::clone::Clone::clone(&#from.#name));
    }
    let Some(ty) = &parameter.ty else {
        let (name, ty) = (&parameter.name, context.unknown_type());
        return quote!(<#ty as ::core::clone::Clone>::clone(&#from.#name));
    };
    let name = &parameter.name;
    quote_spanned!(located(ty.span())=> <#ty as ::core::clone::Clone>::clone(&#from.#name))
}

/// Setters, `run` and its kin, and the traits by which the runtime takes a named flow.
pub(super) fn methods(context: &Context<'_>, header: &Header) -> TokenStream {
    let (keys, value) = (&context.keys, &context.value);
    let setters = header
        .parameters
        .iter()
        .filter(|parameter| parameter.has_setter)
        .filter_map(|parameter| setter(context, parameter));
    let copies = header.parameters.iter().map(|parameter| {
        let (name, copy) = (&parameter.name, cloned(context, parameter, &quote!(self)));
        quote!(#name: #copy)
    });
    let runs = runs(&quote!(pub), &quote!(#keys));
    // Where the type is less visible than the flow, rustc shows this item.
    let output = header.output.as_ref().map_or_else(
        || {
            quote!(
                type Output = ();
            )
        },
        |output| quote_spanned!(output.span()=> type Output = #output;),
    );
    let (restore, build) = (restore(context), build(context, header));
    quote! {
        impl #value {
            #(#setters)*
            #runs
        }

        impl #keys {
            #restore
        }

        #build

        #[automatically_derived]
        impl ::core::clone::Clone for #value {
            fn clone(&self) -> Self {
                Self { #(#copies),* }
            }
        }

        #[automatically_derived]
        impl __flow::Flow for #keys {
            #output
            type Params = #value;
            const VALUE: Self = Self {};
            const SPEC: &'static __flow::FlowSpec = &__SPEC;
        }

        #[automatically_derived]
        impl __flow::Start for #value {
            type Flow = #keys;

            fn params(self) -> Self {
                self
            }
        }
    }
}

/// `restore`, for a named flow.
fn restore(context: &Context<'_>) -> TokenStream {
    let (resources, given) = resource::restored(context);
    // A resource may have these names too.
    let [state, parsed] = ["state", "given"].map(|name| Ident::new(name, Span::mixed_site()));
    let (docs, build) = if resources.is_empty() {
        (None, quote!(__build))
    } else {
        let docs = quote! {
            ///
            /// A state holds no resources: they are given anew.
        };
        (Some(docs), quote!(|#parsed| __build(#given #parsed)))
    };
    quote! {
        /// The flow, going on from a run state; see `Runner::slice` and `Runner::resume`.
        #docs
        ///
        /// # Errors
        ///
        /// If the state is none of this flow.
        pub fn restore(
            #state: __flow::RunState,
            #resources
        ) -> ::core::result::Result<__flow::Restored<Self>, __flow::StateError> {
            __flow::Restored::new(#state, &__SPEC, #build)
        }
    }
}

/// Builds the flow's value from parameters that were parsed or stored.
fn build(context: &Context<'_>, header: &Header) -> TokenStream {
    let (keys, value) = (&context.keys, &context.value);
    let resources = resource::taken(context);
    let mut required = Vec::new();
    let mut setters = Vec::new();
    // What is wrong with a parameter is reported: its value is then not asked for.
    if context.error.is_some() {
        return quote! {
            fn __build(#resources _: &mut __flow::Given) -> ::core::result::Result<#value, __flow::MissingParam> {
                ::core::result::Result::Err(__flow::MissingParam { place: 0 })
            }
        };
    }
    for (index, parameter) in header.parameters.iter().enumerate() {
        let (name, ty) = (&parameter.name, &parameter.ty);
        let place = Literal::usize_unsuffixed(context.flow.place(index));
        if parameter.is_resource() {
            required.push(resource::taken_name(context, index));
        } else if parameter.default.is_none() {
            required.push(quote!(given.required::<#ty>(#place)?));
        } else {
            setters.push(quote! {
                if let ::core::option::Option::Some(value) = given.take::<#ty>(#place) {
                    flow = flow.#name(value);
                }
            });
        }
    }
    let mutable = (!setters.is_empty()).then(|| quote!(mut));
    quote! {
        fn __build(#resources given: &mut __flow::Given) -> ::core::result::Result<#value, __flow::MissingParam> {
            let #mutable flow = #keys(#(#required),*);
            #(#setters)*
            ::core::result::Result::Ok(flow)
        }
    }
}

/// The setter of a parameter with a default.
fn setter(context: &Context<'_>, parameter: &Parameter) -> Option<TokenStream> {
    let default = text::source(parameter.default.as_ref()?);
    let (name, docs) = (&parameter.name, &parameter.docs);
    let field = declared(context, parameter);
    let line = format!(" Sets the parameter `{}`; `{default}` without it.", name.unraw());
    let blank = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    Some(quote! {
        #[doc = #line]
        #blank
        #(#docs)*
        pub fn #name(mut self, #field) -> Self {
            self.#name = #name;
            self
        }
    })
}

/// `run`, `run_async`, `run_to_end` and `start`.
fn runs(visibility: &TokenStream, flow: &TokenStream) -> TokenStream {
    let result = |error: TokenStream| quote!(::core::result::Result<__flow::Run<#flow>, #error>);
    let run = result(quote!(__flow::RunError<#flow>));
    let run_to_end = result(quote!(__flow::StartError));
    let start = quote!(::core::result::Result<__flow::Handle<#flow>, __flow::StartError>);
    // The path in the docs stays as it is under another name of the crate.
    quote! {
        /// Runs the flow; see `Runner::run`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        #visibility fn run(self) -> #run {
            __flow::Runner::new().run(self)
        }

        /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        #visibility async fn run_async(self) -> #run {
            __flow::Runner::new().run_async(self).await
        }

        /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        #visibility fn run_to_end(self) -> #run_to_end {
            __flow::Runner::new().run_to_end(self)
        }

        /// Starts the flow in the background; see `Runner::start`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        #visibility fn start(self) -> #start {
            __flow::Runner::new().start(self)
        }
    }
}

/// The type of a bare flow, and the expression that it is.
pub(super) fn bare(context: &Context<'_>) -> (TokenStream, TokenStream) {
    let keys = &context.keys;
    match &context.flow.tail {
        Some((_, tail)) => (
            quote! {
                struct #keys<__Output>(::core::marker::PhantomData<fn() -> __Output>);
            },
            quote!(#keys::__with_tail(|flow| flow.#tail())),
        ),
        None => (
            quote! {
                #[derive(::core::clone::Clone, ::core::marker::Copy)]
                struct #keys;
            },
            quote!(#keys),
        ),
    }
}

/// `run` and its kin, and the traits by which the runtime takes a bare flow.
pub(super) fn bare_methods(context: &Context<'_>) -> TokenStream {
    let keys = &context.keys;
    let runs = runs(&TokenStream::new(), &quote!(Self));
    let has_tail = context.flow.tail.is_some();
    let generics = has_tail.then(|| quote!(<__Output: __flow::Shared>));
    let ty = if has_tail {
        quote!(#keys<__Output>)
    } else {
        quote!(#keys)
    };
    let (output, value) = if has_tail {
        (quote!(__Output), quote!(Self(::core::marker::PhantomData)))
    } else {
        (quote!(()), quote!(Self))
    };
    let copy = has_tail.then(|| {
        quote! {
            #[automatically_derived]
            impl #generics ::core::clone::Clone for #ty {
                fn clone(&self) -> Self {
                    *self
                }
            }

            #[automatically_derived]
            impl #generics ::core::marker::Copy for #ty {}
        }
    });
    quote! {
        impl #generics #ty {
            #runs

            /// The flow, going on from a run state; see `Runner::slice` and `Runner::resume`.
            ///
            /// # Errors
            ///
            /// If the state is none of this flow.
            fn restore(
                self,
                state: __flow::RunState,
            ) -> ::core::result::Result<__flow::Restored<Self>, __flow::StateError> {
                __flow::Restored::new(state, &__SPEC, |_| ::core::result::Result::Ok(self))
            }
        }

        #[automatically_derived]
        impl #generics __flow::Flow for #ty {
            type Output = #output;
            type Params = Self;
            const VALUE: Self = #value;
            const SPEC: &'static __flow::FlowSpec = &__SPEC;
        }

        #copy

        #[automatically_derived]
        impl #generics __flow::Start for #ty {
            type Flow = Self;

            fn params(self) -> Self {
                self
            }
        }
    }
}

/// What the command line finds: the flow, and how to build its value from parsed parameters.
pub(super) fn registration(context: &Context<'_>) -> TokenStream {
    let resources = resource::from_given(context);
    quote! {
        __flow::submit! {
            __flow::Registration {
                spec: &__SPEC,
                build: |given| match __build(#resources given) {
                    ::core::result::Result::Ok(flow) => ::core::result::Result::Ok(::std::boxed::Box::new(flow)),
                    ::core::result::Result::Err(missing) => ::core::result::Result::Err(missing),
                },
            }
        }
    }
}
