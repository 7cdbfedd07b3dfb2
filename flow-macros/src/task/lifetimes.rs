//! The lifetimes of a task struct: names for those that the author left out, and which of the declared ones stay.
//! What is a field is decided elsewhere.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Lifetime, LifetimeParam, Signature, WherePredicate, ext::IdentExt as _, punctuated::Punctuated};

use super::model::{Parameter, Role};

/// Makes lifetimes for references that have none.
pub(super) struct Fresh {
    taken: HashSet<String>,
    /// Those that fields use, in order.
    pub(super) made: Vec<Lifetime>,
}

impl Fresh {
    pub(super) fn new(sig: &Signature) -> Self {
        let mut taken = HashSet::from(["static".to_owned(), "_".to_owned()]);
        collect_lifetimes(&sig.to_token_stream(), &mut taken);
        Self {
            taken,
            made: Vec::new(),
        }
    }

    /// `'rows` for the parameter `rows`, then `'rows_2`.
    pub(super) fn named_after(&mut self, parameter: &Ident, made: &mut Vec<Lifetime>) -> Lifetime {
        let mut base = parameter.unraw().to_string();
        if *parameter != base {
            // A keyword is no name for a lifetime either, and those have no `r#` before edition 2021.
            base.push('_');
        }
        let mut name = base.clone();
        let mut count = 1;
        while self.taken.contains(&name) {
            count += 1;
            name = format!("{base}_{count}");
        }
        self.taken.insert(name.clone());
        let lifetime = Lifetime::new(&format!("'{name}"), Span::call_site());
        made.push(lifetime.clone());
        lifetime
    }
}

/// Every lifetime in `tokens`, without its apostrophe.
fn collect_lifetimes(tokens: &TokenStream, into: &mut HashSet<String>) {
    let mut after_apostrophe = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if after_apostrophe => {
                into.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect_lifetimes(&group.stream(), into),
            _ => {}
        }
        after_apostrophe = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
    }
}

/// The struct's lifetimes: the made ones, then the declared ones that a field uses, with bounds among themselves.
///
/// In this order rustc's advice on a type that it does not know is the same for the struct as for the function, and
/// is given once.
pub(super) fn of_struct(sig: &Signature, parameters: &[Parameter], fresh: Fresh) -> Vec<LifetimeParam> {
    let mut used = HashSet::from(["static".to_owned()]);
    for parameter in parameters {
        if let Role::Field(ty) = &parameter.role {
            collect_lifetimes(&ty.to_token_stream(), &mut used);
        }
    }
    let where_bounds = |lifetime: &Lifetime| {
        let predicates = sig
            .generics
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates);
        let lifetime = lifetime.clone();
        predicates
            .filter_map(move |predicate| match predicate {
                WherePredicate::Lifetime(predicate) if predicate.lifetime == lifetime => {
                    Some(&predicate.bounds)
                }
                _ => None,
            })
            .flatten()
    };
    let is_used = |lifetime: &Lifetime| used.contains(&lifetime.ident.to_string());
    let declared = sig
        .generics
        .lifetimes()
        .filter(|param| is_used(&param.lifetime))
        .map(|param| {
            let bounds: Punctuated<Lifetime, _> = param
                .bounds
                .iter()
                .chain(where_bounds(&param.lifetime))
                .filter(|bound| is_used(bound))
                .cloned()
                .collect();
            LifetimeParam {
                bounds,
                ..LifetimeParam::new(param.lifetime.clone())
            }
        });
    fresh
        .made
        .into_iter()
        .map(LifetimeParam::new)
        .chain(declared)
        .collect()
}
