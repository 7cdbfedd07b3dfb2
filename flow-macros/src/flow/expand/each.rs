//! A `for`: what its function asks before the call, which is made once for each item, and what is said of it as data.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::node::shown_at;
use super::target::ends;
use super::{Context, data, located};
use crate::flow::model::{Call, Each, Mention, Node, Of};
use crate::flow::syntax::Tolerate;

/// The list of items at a place before `in`.
fn list(place: usize) -> Ident {
    format_ident!("__list_{}", place)
}

/// The item at a place before `in`, on its way to a parameter.
pub(super) fn wire(each: &Each, place: usize, span: Span) -> TokenStream {
    match each.items[place].of {
        Of::Children(_) => {
            let wire = format_ident!("__wire_item_{}", place, span = span);
            quote!(#wire)
        }
        Of::Node(_) | Of::Parameter(_) | Of::Expression(_) => {
            let list = list(place);
            quote_spanned!(located(span)=> __flow::Wire::of_item(&#list[__index]))
        }
    }
}

/// What stands before the call: the items, the way out where only these are asked for, and names for the item.
/// `bound` are the items that expressions of the call mention.
pub(super) fn head(context: &Context<'_>, each: &Each, bound: &[usize], guards: &TokenStream) -> TokenStream {
    let lists = each.items.iter().enumerate().filter_map(|(place, items)| {
        let list = list(place);
        let value = match &items.of {
            Of::Children(_) => return None,
            Of::Node(mention) => {
                let key = key(context, mention);
                let span = located(mention.span);
                quote_spanned!(span=> __attempt.items(#place, __attempt.needed(#key, #guards)))
            }
            Of::Parameter(mention) => {
                let mut name = context.flow.parameters()[mention.index].name.clone();
                name.set_span(located(mention.span));
                quote_spanned!(located(mention.span)=> __attempt.items(#place, &__params.#name))
            }
            Of::Expression(expression) => {
                let tokens = &expression.tokens;
                let inner = all_of(context, &expression.nodes);
                // From the first to the last token of what it goes through: rustc then shows that, and not the whole flow.
                let (from, to) = ends(tokens);
                let mut listed = quote_spanned!(from=> __flow);
                listed.extend(quote_spanned!(to=> ::listed));
                let closure = quote_spanned!(from=> ||);
                let arguments = parenthesized(from, quote!(__attempt, #place, #closure #tokens));
                quote!({ #inner #listed #arguments })
            }
        };
        Some(quote!(let #list = #value;))
    });
    let open = match &each.children.key {
        None => quote!(__attempt.open()),
        Some(given) => {
            let key = &given.value;
            let lists = (0..each.items.len()).map(list);
            let (from, to) = ends(&key.to_token_stream());
            let mut call = quote_spanned!(from=> __flow);
            call.extend(match each.items.len() {
                1 => quote_spanned!(to=> ::key_of),
                2 => quote_spanned!(to=> ::key_of_two),
                _ => quote_spanned!(to=> ::key_of_three),
            });
            let items = shown_at(from, quote!(#(&#lists[__at]),*));
            let arguments = parenthesized(from, quote!(#key, #items));
            quote!(__attempt.open_by(|__at| #call #arguments))
        }
    };
    let index = (each.items.iter())
        .any(|items| items.of.children().is_none())
        .then(|| quote!(let __index = __attempt.index();));
    let names = each.items.iter().enumerate().map(|(place, items)| {
        let name = &items.name;
        let is_bound = bound.contains(&place);
        match &items.of {
            Of::Children(mention) => {
                let key = key(context, mention);
                let wire = format_ident!("__wire_item_{}", place);
                let bound = is_bound.then(|| quote!(let #name = __attempt.each_upstream(#key, #guards);));
                quote! {
                    #bound
                    let #wire = __attempt.each(#key, #guards);
                }
            }
            _ if is_bound => {
                let list = list(place);
                quote!(let #name = &#list[__index];)
            }
            _ => TokenStream::new(),
        }
    });
    quote! {
        #(#lists)*
        if __attempt.opens() {
            return #open;
        }
        #index
        #(#names)*
    }
}

/// The arguments of a call, of which rustc shows this place.
fn parenthesized(at: Span, tokens: TokenStream) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(at);
    TokenTree::Group(group).into()
}

fn key(context: &Context<'_>, mention: &Mention) -> TokenStream {
    context.key(&context.flow.nodes[mention.index].name)
}

/// The variable that holds what all children of a `for` have come to.
fn all(name: &Ident) -> Ident {
    format_ident!("__all_{}", name)
}

/// Lets an expression see the results of those of these nodes that are a `for`.
pub(super) fn all_of(context: &Context<'_>, nodes: &[Mention]) -> TokenStream {
    let nodes = nodes.iter().map(|mention| &context.flow.nodes[mention.index]);
    let lets = nodes.filter(|node| node.is_for()).map(|node| {
        let (name, all) = (&node.name, all(&node.name));
        quote!(let #name = &#all[..];)
    });
    lets.collect()
}

/// Gathers them for [`all_of`].
pub(super) fn gathered(context: &Context<'_>, node: &Node, guards: &TokenStream) -> TokenStream {
    let (key, all) = (context.key(&node.name), all(&node.name));
    let which = if tolerates(node) {
        quote!(outcomes)
    } else {
        quote!(values)
    };
    quote!(let #all = __attempt.all(#key, #guards).#which().collect::<::std::vec::Vec<_>>();)
}

/// The results of a `for` by its bare name.
pub(super) fn collected(context: &Context<'_>, mention: &Mention, guards: &TokenStream) -> TokenStream {
    let node = &context.flow.nodes[mention.index];
    let key = context.key(&node.name);
    let collect = if tolerates(node) {
        quote!(collect_some)
    } else {
        quote!(collect)
    };
    // All of it at the name: there rustc says what does not fit.
    let collected = quote!(__flow::#collect(__attempt.all(#key, #guards), &mut __flow::place()));
    shown_at(mention.span, collected)
}

fn tolerates(node: &Node) -> bool {
    node.each().is_some_and(|each| each.children.tolerate.is_some())
}

/// `&__flow::EachSpec { … }`.
pub(super) fn constant(context: &Context<'_>, call: &Call) -> Option<TokenStream> {
    let each = call.each.as_ref()?;
    let items = each.items.iter().map(|items| match &items.of {
        Of::Children(mention) | Of::Node(mention) => data::of_node(mention),
        Of::Parameter(mention) => data::of_parameter(context, mention),
        Of::Expression(expression) => data::of_expression(context, expression),
    });
    let keyed = each.children.key.is_some() || each.items.iter().any(|items| items.of.children().is_some());
    let at_most = if let Some(given) = &each.children.at_most {
        let count = Literal::u32_unsuffixed(given.value);
        quote!(::core::option::Option::Some(#count))
    } else {
        quote!(::core::option::Option::None)
    };
    let tolerate = match each.children.tolerate.as_ref().map(|given| given.value) {
        Some(Tolerate::Count(count)) => {
            let count = Literal::u64_unsuffixed(count);
            quote!(::core::option::Option::Some(__flow::Tolerate::Count(#count)))
        }
        Some(Tolerate::Share(share)) => {
            let share = Literal::f64_suffixed(share);
            quote!(::core::option::Option::Some(__flow::Tolerate::Share(#share)))
        }
        None => quote!(::core::option::Option::None),
    };
    Some(quote! {
        &__flow::EachSpec {
            items: &[#(#items),*],
            keyed: #keyed,
            at_most: #at_most,
            tolerate: #tolerate,
        }
    })
}
