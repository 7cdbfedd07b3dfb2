//! Control flow that would leave an argument: `?`, `.await`, `return`, `break` and `continue` outside of what
//! they belong to. An argument stands in a function that the macro makes, and is evaluated once an attempt.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    ExprAsync, ExprAwait, ExprBlock, ExprBreak, ExprClosure, ExprContinue, ExprForLoop, ExprLoop, ExprReturn,
    ExprTry, ExprTryBlock, ExprWhile, Item, Label, Lifetime, Macro,
};

use super::contents;
use crate::errors::Errors;
use crate::flow::model::{Call, Flow};

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    for node in &mut flow.nodes {
        for expression in node.call.iter().flat_map(Call::expressions) {
            let mut search = Search {
                labels: Vec::new(),
                loops: 0,
                found: false,
                errors,
            };
            search.visit_expr(expression);
            node.is_pure &= !search.found;
        }
    }
}

struct Search<'a> {
    /// The labels around the place.
    labels: Vec<Ident>,
    /// How many loops are around the place.
    loops: usize,
    /// Whether anything was reported.
    found: bool,
    errors: &'a mut Errors,
}

impl Search<'_> {
    fn report(&mut self, token: impl ToTokens, message: &str) {
        self.found = true;
        self.errors.on(token, message);
    }

    fn labelled(&mut self, label: Option<&Label>, inside: impl FnOnce(&mut Self)) {
        let outside = self.labels.len();
        self.labels.extend(label.map(|label| label.name.ident.clone()));
        inside(self);
        self.labels.truncate(outside);
    }

    fn looped(&mut self, label: Option<&Label>, inside: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.labelled(label, inside);
        self.loops -= 1;
    }

    /// Whether `break` or `continue` stays inside the argument.
    fn stays(&self, label: Option<&Lifetime>) -> bool {
        match label {
            Some(label) => self.labels.contains(&label.ident),
            None => self.loops > 0,
        }
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_expr_try(&mut self, node: &'ast ExprTry) {
        let message = "`?` cannot leave an argument; let a task return this `Result`, and pass its node";
        self.report(node.question_token, message);
        visit::visit_expr_try(self, node);
    }

    fn visit_expr_await(&mut self, node: &'ast ExprAwait) {
        let message = "an argument cannot wait; let an async task do this, and pass its node";
        self.report(node.await_token, message);
        visit::visit_expr_await(self, node);
    }

    fn visit_expr_return(&mut self, node: &'ast ExprReturn) {
        let message = "`return` cannot leave an argument; write the value as the end of the expression";
        self.report(node.return_token, message);
        visit::visit_expr_return(self, node);
    }

    fn visit_expr_break(&mut self, node: &'ast ExprBreak) {
        if !self.stays(node.label.as_ref()) {
            let message = "`break` cannot leave an argument; use it only in a loop inside the argument";
            self.report(node.break_token, message);
        }
        visit::visit_expr_break(self, node);
    }

    fn visit_expr_continue(&mut self, node: &'ast ExprContinue) {
        if !self.stays(node.label.as_ref()) {
            let message = "`continue` cannot leave an argument; use it only in a loop inside the argument";
            self.report(node.continue_token, message);
        }
    }

    fn visit_expr_loop(&mut self, node: &'ast ExprLoop) {
        self.looped(node.label.as_ref(), |search| visit::visit_expr_loop(search, node));
    }

    fn visit_expr_while(&mut self, node: &'ast ExprWhile) {
        self.looped(node.label.as_ref(), |search| {
            visit::visit_expr_while(search, node);
        });
    }

    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        // A `break` in what is looped over belongs to a loop around this one.
        self.visit_expr(&node.expr);
        self.looped(node.label.as_ref(), |search| search.visit_block(&node.body));
    }

    fn visit_expr_block(&mut self, node: &'ast ExprBlock) {
        self.labelled(node.label.as_ref(), |search| {
            visit::visit_expr_block(search, node);
        });
    }

    // What stands in a body of its own leaves at most that body.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}
    fn visit_expr_try_block(&mut self, _: &'ast ExprTryBlock) {}
    fn visit_item(&mut self, _: &'ast Item) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        // Not the code that a macro makes something of, as `stream! { … }` does: what leaves it is that macro's matter.
        for expression in contents::read(call).into_expressions() {
            self.visit_expr(&expression);
        }
    }
}
