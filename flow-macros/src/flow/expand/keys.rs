//! The keys of a flow's nodes, typed by the nodes' tasks: methods of a bare flow, constants of a named one.
//! The constants are functions, for only in a signature may a task's lifetimes stay unsaid; and they are no methods,
//! for a method's signature is checked where it is named, and a task may be private to the flow's own module.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::{Context, at_task, located, task};
use crate::flow::syntax::Form;

/// The `impl` with one key a node.
pub(super) fn keys(context: &Context<'_>) -> TokenStream {
    let keys = &context.keys;
    let named = matches!(context.flow.form, Form::Named(_));
    let keys_of_nodes = context.nodes().map(|(slot, node)| {
        let name = &node.name;
        let slot = Literal::usize_unsuffixed(slot);
        let line = format!(" The key of `{}`.", name.unraw());
        let docs = &node.docs;
        let blank = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
        let ty = if let Some(call) = &node.call {
            let task = task(node, call);
            let span = at_task(&task);
            if call.each.is_some() {
                quote_spanned!(span=> <#task as __flow::Keyed>::EachKey)
            } else {
                quote_spanned!(span=> <#task as __flow::Keyed>::Key)
            }
        } else {
            let unknown = context.unknown_type();
            quote!(__flow::Key<#unknown>)
        };
        let docs = quote! {
            #[doc = #line]
            #blank
            #(#docs)*
        };
        let key = quote!(__flow::Key::new(&__SPEC, #slot));
        if named {
            quote!(#docs pub const #name: fn(&Self) -> #ty = |_| #key;)
        } else {
            quote!(#docs fn #name(&self) -> #ty { #key })
        }
    });
    if matches!(context.flow.form, Form::Bare) && context.flow.tail.is_some() {
        return quote! {
            impl<__Output: __flow::Shared> #keys<__Output> {
                /// The tail alone knows the flow's output type: inference takes it from the key.
                fn __with_tail(_: fn(&Self) -> __flow::Key<__Output>) -> Self {
                    <Self as __flow::Flow>::VALUE
                }

                #(#keys_of_nodes)*
            }
        };
    }
    let tail = tail(context);
    quote! {
        impl #keys {
            #(#keys_of_nodes)*
        }

        #tail
    }
}

/// That the tail gives what the flow declares: spanned at the tail and at the declared type, so that rustc says
/// which of both is meant to be what.
fn tail(context: &Context<'_>) -> Option<TokenStream> {
    let Form::Named(header) = &context.flow.form else {
        return None;
    };
    let (Some((slot, tail)), Some(output)) = (&context.flow.tail, &header.output) else {
        return None;
    };
    if !context.flow.nodes[*slot].has_key {
        return None;
    }
    let keys = &context.keys;
    let result = quote_spanned!(located(tail.span())=> (#keys::#tail)(flow).__output());
    Some(quote! {
        fn __tail(flow: &#keys) -> #output {
            #result
        }
    })
}
