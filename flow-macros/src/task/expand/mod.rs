//! Writes what stands beside the function: the task struct and its `Task` implementation.
//! It cannot fail; of a task with errors it writes a stub, so that flows which call it report nothing more.

mod spans;
mod spec;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Lifetime, ext::IdentExt as _};

use self::spans::{at, ends, named_output, output_ends};
use super::{
    model::{Parameter, Role, Task},
    types::{self, Owned},
};

/// The function, the struct and the implementation; a stub of the latter where an error was found, which is part of it.
pub(super) fn expand(task: &Task, error: Option<syn::Error>) -> TokenStream {
    let sound = error.is_none() && task.is_callable();
    let function = &task.function;
    let structure = structure(task);
    let cfgs = attributes(task, &["cfg"]);
    let private = private(task);
    let deprecated = attributes(task, &["deprecated"])
        .next()
        .map(|_| quote!(deprecated,));
    let constructors = constructors(task);
    let implementation = implementation(task, sound);
    let context = context_by_value(task);
    let mut errors = error.into_iter().flatten().map(syn::Error::into_compile_error);
    // The type of both guards where nobody knows them: of a type whose length is an error rustc says nothing more, nor of
    // what a flow makes with it.
    let hidden = task.options.hides_guards().then(|| errors.next()).flatten();
    let hidden = hidden.map(|error| quote!(const __HIDDEN: ::core::primitive::usize = #error;));
    quote! {
        #function

        #structure

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(dead_code, #deprecated unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
        const _: () = {
            use __flow::{Intolerant as _, NotResult as _};
            use #private as __flow;

            #hidden

            #context

            #constructors

            #implementation
        };

        #(#errors)*
    }
}

fn private(task: &Task) -> TokenStream {
    let krate = task.options.krate();
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
    let fields = task.fields().map(|(Parameter { name, docs, .. }, ty)| {
        let ty = ty.map_or_else(|| quote!(()), ToTokens::to_token_stream);
        quote!(#(#docs)* pub #name: #ty)
    });
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
    let parameters = task.fields().map(|(Parameter { name, .. }, ty)| {
        ty.map_or_else(|| quote!(_: impl ::core::marker::Sized), |ty| quote!(#name: #ty))
    });
    let values = task
        .fields()
        .map(|(Parameter { name, .. }, ty)| ty.map_or_else(|| quote!(#name: ()), |_| quote!(#name)));
    let arg = arg(task);
    // At the function's name: there rustc's note shows the task that was called.
    let new = Ident::new("__new", at(task.function.sig.ident.span()));
    quote! {
        #imp #name {
            #[doc(hidden)]
            pub fn #new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }

            #[doc(hidden)]
            #arg
        }
    }
}

fn arg(task: &Task) -> TokenStream {
    if task.fields().any(|(_, ty)| ty.is_none()) {
        // Fits every parameter: what a task cannot say of its types is no mistake of the flows that call it.
        return quote! {
            pub fn __arg<__Value, __Kind>(_: __flow::Wire<'_, __Value, __Kind>) -> ! {
                ::core::unreachable!("this task did not compile")
            }
        };
    }
    // Spanned at the parameter list: rustc shows it beside the argument that does not fit.
    let list = task.function.sig.paren_token.span.join();
    let bounds = quote_spanned! {at(list)=>
        __Kind: __flow::BearsSkip<__Value, __Parameter, __Form> + __flow::BearsFailure<__Value, __Parameter, __Form>,
        __Value: __flow::Feed<'run, __Parameter, __Form>,
    };
    let arg = Ident::new("__arg", at(task.function.sig.ident.span()));
    quote! {
        pub fn #arg<'run, __Value, __Kind, __Parameter, __Form>(
            value: __flow::Wire<'run, __Value, __Kind>,
        ) -> __Parameter
        where
            #bounds
        {
            __flow::Feed::feed(value.fitting())
        }
    }
}

fn implementation(task: &Task, sound: bool) -> TokenStream {
    let (imp, name) = header(task);
    let output = output(task);
    let named = named_output(task);
    let spec = spec::spec(task, sound);
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
    let (trigger, skip) = guards(task);
    quote! {
        #[automatically_derived]
        #imp __flow::Task for #name {
            #output
            type Trigger = #trigger;
            type Skip = #skip;
            const SPEC: &'static __flow::TaskSpec = &#spec;

            fn call<'run>(
                self,
                #context: &'run __flow::Context,
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

/// Asks of a parameter whose type is called `Context` whether it is the runtime's, which is only lent.
fn context_by_value(task: &Task) -> Option<TokenStream> {
    let mut fields = task.fields();
    let ty = fields.find_map(|(_, ty)| ty.filter(|ty| types::may_be_context_by_value(ty)))?;
    let (first, last) = ends(ty);
    let mut question = quote_spanned!(first=> const _: () = ::core::assert!);
    question.extend(quote_spanned! {last=>
        (!__flow::Owned::<#ty>::IS_CONTEXT, "a task is lent its context; write `&Context`");
    });
    Some(quote! {
        use __flow::OwnedByTask as _;
        #question
    })
}

/// What its rules let the data edges of its nodes be.
fn guards(task: &Task) -> (TokenStream, TokenStream) {
    if task.options.hides_guards() {
        return (quote!([(); __HIDDEN]), quote!([(); __HIDDEN]));
    }
    let rules = &task.options.rules;
    let trigger = rules.trigger_guard();
    let skip = rules.skip_guard();
    (
        trigger.unwrap_or_else(|| quote!(__flow::AllSuccessful)),
        skip.unwrap_or_else(|| quote!(__flow::SkipOnUpstreamSkip)),
    )
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

/// The call of the author's function with the fields.
fn call(task: &Task) -> TokenStream {
    let name = &task.function.sig.ident;
    let arguments = task.parameters.iter().map(|parameter| match parameter.role {
        Role::Context => {
            // Whether it is our `Context` is seen here: rustc points at the author's type.
            let (first, last) = ends(&parameter.ty);
            let reborrow = quote_spanned!(first=> &*);
            let context = Ident::new("__context", last);
            quote!(#reborrow #context)
        }
        Role::Field(_) | Role::Untyped => {
            let field = &parameter.name;
            if parameter.is_resource() {
                quote!(__flow::FlowResource::get(self.#field))
            } else {
                quote!(self.#field)
            }
        }
    });
    let arguments = quote!((#(#arguments),*));
    // Spanned at the error's type: that it is none is said there.
    let error = at(types::error(task.output.ty.as_ref()).unwrap_or(name.span()));
    let into_result = match &task.options.retry_if {
        None => quote_spanned!(error=> into_result()),
        Some(retry_if) => {
            let path = &retry_if.value;
            quote_spanned!(error=> into_result_if(#path))
        }
    };
    if task.function.sig.asyncness.is_none() {
        let result = quote_spanned!(error=> __flow::Probe(#name #arguments).#into_result);
        return quote!(__flow::TaskCall::Done(#result));
    }
    let result = quote_spanned!(error=> __flow::Probe(#name #arguments.await).#into_result);
    // Spanned at the name: that the future is not `Send` is said there.
    quote_spanned!(at(name.span())=> __flow::TaskCall::future(async move { #result }))
}

/// How the arguments that the target writes are shown.
fn shown(task: &Task) -> Option<TokenStream> {
    let arms: Vec<TokenStream> = task
        .fields()
        .enumerate()
        .filter(|(_, (parameter, _))| spec::is_shown(task, parameter))
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
            quote!(#text => Self::SPEC.parameters.get(#index)?.show.and_then(|show| show(&#(#stars)* self.#name)))
        }
        Some(Owned::Str) | None => {
            let (first, last) = ends(ty);
            let reference = quote_spanned!(first=> &);
            let field = quote_spanned!(last=> self.#name);
            quote!(#text => ::core::option::Option::Some(#reference #field))
        }
    }
}
