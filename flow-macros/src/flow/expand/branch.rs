//! An `if` or `match`: its function, which chooses an arm and makes that arm's call, and what is said of it as data.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::node::{Bindings, gathered_in, shown_at, task_struct};
use super::{Context, at_task, data, each, located, task};
use crate::flow::model::{Branch, Call, Condition, Expression, Node};
use crate::flow::syntax::BranchForm;

/// The function: called for the arm alone it tells that, and reads nothing that only an arm mentions.
pub(super) fn function(context: &Context<'_>, node: &Node, branch: &Branch) -> TokenStream {
    let name = &node.name;
    let values: Vec<&Expression> = branch.conditions().map(|condition| &condition.value).collect();
    let bindings = Bindings::of_expressions(context, &values, &guards(node));
    let all = each::all_of(context, &branch.nodes());
    let mut arms = node.calls().map(|call| arm(context, node, call));
    let body = match &branch.form {
        BranchForm::If { conditions, has_else } => {
            let mut body = TokenStream::new();
            for condition in conditions {
                let (condition, arm) = (self::condition(condition), arms.next());
                body.extend(quote!(if #condition { #arm } else));
            }
            let last = if *has_else {
                arms.next()
            } else {
                Some(quote!(__attempt.at_no_arm()))
            };
            quote!(#body { #last })
        }
        BranchForm::Match { of, patterns } => {
            let of = &of.value.tokens;
            let patterns = patterns.iter().zip(arms).map(|(pattern, arm)| {
                let guard = pattern.guard.as_ref().map(|guard| {
                    let guard = condition(guard);
                    quote!(if #guard)
                });
                let pattern = &pattern.pattern;
                quote!(#pattern #guard => { #arm })
            });
            quote!(match #of { #(#patterns)* })
        }
    };
    let checks = checks(node);
    quote! {
        fn #name<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            #bindings
            __flow::Call::future(async move {
                #all
                #body
            })
        }

        #checks
    }
}

/// A condition as the author wrote it; of the name of a node alone what that has come to.
fn condition(condition: &Condition) -> TokenStream {
    let tokens = &condition.value.tokens;
    if condition.is_node {
        // All of it at the name: there rustc says what is no `bool`.
        let star = shown_at(tokens.span(), quote!(*));
        quote!(#star #tokens)
    } else {
        tokens.clone()
    }
}

fn arm(context: &Context<'_>, node: &Node, call: &Call) -> TokenStream {
    let place = place(call);
    let bindings = Bindings::of(context, node, call);
    let all = gathered_in(context, call);
    let task = task_struct(context, node, call);
    let call = quote_spanned!(located(call.span)=> __attempt.call(#task).await);
    quote! {
        if let ::core::option::Option::Some(ended) = __attempt.at_arm(#place) {
            return ended;
        }
        #bindings
        #all
        #call
    }
}

fn place(call: &Call) -> Literal {
    // There are as many arms as an author writes.
    Literal::u32_unsuffixed(u32::try_from(call.arm).unwrap_or(u32::MAX))
}

/// What the statement's own rules let the conditions see: what the tasks say holds for their arms.
fn guards(node: &Node) -> TokenStream {
    let trigger = node.rules.trigger_guard();
    let trigger = trigger.unwrap_or_else(|| quote!(__flow::AllSuccessful));
    let skip = node.rules.skip_guard();
    let skip = skip.unwrap_or_else(|| quote!(__flow::SkipOnUpstreamSkip));
    quote!(__flow::Guards::<#trigger, #skip>::new())
}

/// That all arms give the same: spanned at their tasks, so that rustc says which of them differs from the first.
fn checks(node: &Node) -> TokenStream {
    let mut calls = node.calls();
    let Some(first) = calls.next() else {
        return TokenStream::new();
    };
    let output = |call: &Call| {
        let task = task(node, call);
        quote_spanned!(at_task(&task)=> <#task as __flow::Task>::Output)
    };
    let expected = output(first);
    let checks = calls.map(|call| {
        let name = format_ident!("__arm_{}_{}", node.name, call.arm);
        let found = output(call);
        let value = Ident::new("other", located(call.task.span()));
        quote! {
            fn #name(&self, #value: #found) -> #expected {
                #value
            }
        }
    });
    checks.collect()
}

/// The constant of what the conditions of a node mention.
fn conditions_constant(node: &Node) -> Ident {
    format_ident!("__conditions_{}", node.name)
}

/// That constant.
pub(super) fn conditions(context: &Context<'_>, node: &Node, branch: &Branch) -> TokenStream {
    let name = conditions_constant(node);
    let conditions = branch.conditions();
    let conditions = conditions.map(|condition| data::of_expression(context, &condition.value));
    quote!(const #name: __flow::Conditions = &[#(#conditions),*];)
}

/// `__flow::NodeSpec { … }` of the whole.
pub(super) fn constant(context: &Context<'_>, node: &Node, call: &Call, branch: &Branch) -> TokenStream {
    let task = task(node, call);
    let conditions = conditions_constant(node);
    let rules = node.rules.constant(&quote!(__flow::Rules::DEFAULT));
    let rules = rules.unwrap_or_else(|| quote!(__flow::Rules::DEFAULT));
    let part = |part: TokenStream| {
        quote! {
            __flow::Overrides {
                rules: ::core::option::Option::Some(&#rules),
                branch: ::core::option::Option::Some(__flow::BranchPart::#part),
                ..__flow::Overrides::NONE
            }
        }
    };
    let choice = data::spec(
        context,
        node,
        &task,
        &data::edges(branch.nodes(), Vec::new(), Vec::new()),
        &[],
        &part(quote!(Choice(#conditions))),
    );
    let arms = node.calls().map(|call| {
        let task = super::task(node, call);
        let edges = data::edges(node.data_of(call), Vec::new(), node.order_of(call));
        let part = quote!(branch: ::core::option::Option::Some(__flow::BranchPart::Arm(#conditions)),);
        let overrides = data::overrides(context, node, &task, Some(&part));
        data::spec(context, node, &task, &edges, &call.arguments, &overrides)
    });
    let may_skip = branch.may_skip();
    let whole = part(quote! {
        Whole(&__flow::BranchSpec {
            choice: #choice,
            arms: &[#(#arms),*],
            may_skip: #may_skip,
        })
    });
    let edges = data::edges(node.data(), Vec::new(), node.order());
    data::spec(context, node, &task, &edges, &[], &whole)
}
