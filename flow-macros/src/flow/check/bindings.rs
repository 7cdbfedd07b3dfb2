//! A node's name bound again inside an argument: there it would mean two things, and the edge would be a guess.
//! Parameters may be bound again, for they make no edges.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ItemConst, ItemFn, ItemStatic, Macro, PatIdent};

use super::contents::{self, Contents};
use crate::errors::Errors;
use crate::flow::model::{Branch, Flow, Value};
use crate::flow::resolve::text;

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    let names: Vec<String> = flow.nodes.iter().map(|node| text(&node.name)).collect();
    let mut search = Search {
        nodes: names.iter().cloned().collect(),
        found: HashSet::new(),
        errors,
    };
    for node in &mut flow.nodes {
        for condition in node.branch.iter_mut().flat_map(Branch::conditions_mut) {
            search.visit_expr(&condition.parsed);
            let found = &search.found;
            let nodes = &mut condition.value.nodes;
            nodes.retain(|mention| !found.contains(&names[mention.index]));
        }
        for pattern in node.branch.iter().flat_map(Branch::patterns) {
            search.visit_pat(pattern);
        }
        node.is_pure &= search.found.is_empty();
        search.found.clear();
        let mut is_pure = true;
        for argument in node.calls_mut().flat_map(|call| &mut call.arguments) {
            search.visit_expr(&argument.expression);
            if search.found.is_empty() {
                continue;
            }
            // What such a name means is reported; that it makes a cycle too would be a second error of one mistake.
            if let Value::Expression(expression) = &mut argument.value {
                let found = &search.found;
                expression
                    .nodes
                    .retain(|mention| !found.contains(&names[mention.index]));
            }
            is_pure = false;
            search.found.clear();
        }
        node.is_pure &= is_pure;
        for items in node.items() {
            search.bound(&items.name);
            search.visit_expr(&items.expression);
        }
        node.is_pure &= search.found.is_empty();
        search.found.clear();
    }
}

struct Search<'a> {
    nodes: HashSet<String>,
    /// What was reported of this argument.
    found: HashSet<String>,
    errors: &'a mut Errors,
}

impl Search<'_> {
    fn bound(&mut self, name: &Ident) {
        let key = text(name);
        if self.nodes.contains(&key) {
            let message = format!(
                "`{name}` is a node of this flow and cannot be bound again here; choose another name"
            );
            self.found.insert(key);
            self.errors.at(name.span(), message);
        }
    }

    /// In tokens that nothing is known about: `let rows`, `for rows in`, `|rows|`.
    fn guess(&mut self, tokens: TokenStream) {
        let mut before = None;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Group(group) => self.guess(group.stream()),
                TokenTree::Ident(name) => {
                    let next = tokens.peek();
                    let in_for = is_word(before.as_ref(), "for") && is_word(next, "in");
                    let in_closure =
                        is_punct(before.as_ref(), '|') && (is_punct(next, '|') || is_punct(next, ','));
                    if is_word(before.as_ref(), "let") || in_for || in_closure {
                        self.bound(name);
                    }
                }
                _ => {}
            }
            // `let mut rows` binds what `let rows` binds.
            if !is_word(Some(&token), "mut") && !is_word(Some(&token), "ref") {
                before = Some(token);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.bound(&pattern.ident);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.bound(&item.sig.ident);
        visit::visit_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        self.bound(&item.ident);
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        self.bound(&item.ident);
        visit::visit_item_static(self, item);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        match contents::read(call) {
            Contents::Expressions(list) => {
                // `format!("{a}", a = b)` binds nothing: the string means this `a`, as `mentions` knows.
                for expression in &list {
                    self.visit_expr(expression);
                }
            }
            Contents::Match(value, pattern, guard) => {
                self.visit_expr(&value);
                self.visit_pat(&pattern);
                if let Some(guard) = guard {
                    self.visit_expr(&guard);
                }
            }
            Contents::Statements(statements) => {
                for statement in &statements {
                    self.visit_stmt(statement);
                }
            }
            Contents::Tokens(tokens) => self.guess(tokens),
        }
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_word(token: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == wanted)
}
