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
use crate::flow::model::Flow;

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    for node in &mut flow.nodes {
        let mut search = Search {
            labels: Vec::new(),
            loops: 0,
            place: "",
            found: false,
            errors,
        };
        for (place, expression) in node.expressions() {
            search.place = place;
            search.visit_expr(expression);
        }
        node.is_pure &= !search.found;
    }
}

struct Search<'a> {
    /// The labels around the place.
    labels: Vec<Ident>,
    /// How many loops are around the place.
    loops: usize,
    /// What the place is in.
    place: &'static str,
    /// Whether anything was reported.
    found: bool,
    errors: &'a mut Errors,
}

impl Search<'_> {
    fn report(&mut self, token: impl ToTokens, message: &str) {
        self.found = true;
        self.errors.on(token, message);
    }

    /// What the place is in, without its article.
    fn noun(&self) -> &'static str {
        self.place.split_once(' ').map_or("", |(_, noun)| noun)
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
        let message = format!(
            "`?` cannot leave {}; let a task return this `Result`, and pass its node",
            self.place
        );
        self.report(node.question_token, &message);
        visit::visit_expr_try(self, node);
    }

    fn visit_expr_await(&mut self, node: &'ast ExprAwait) {
        let message = format!(
            "{} cannot wait; let an async task do this, and pass its node",
            self.place
        );
        self.report(node.await_token, &message);
        visit::visit_expr_await(self, node);
    }

    fn visit_expr_return(&mut self, node: &'ast ExprReturn) {
        let message = format!(
            "`return` cannot leave {}; write the value as the end of the expression",
            self.place
        );
        self.report(node.return_token, &message);
        visit::visit_expr_return(self, node);
    }

    fn visit_expr_break(&mut self, node: &'ast ExprBreak) {
        if !self.stays(node.label.as_ref()) {
            let message = format!(
                "`break` cannot leave {}; use it only in a loop inside the {}",
                self.place,
                self.noun()
            );
            self.report(node.break_token, &message);
        }
        visit::visit_expr_break(self, node);
    }

    fn visit_expr_continue(&mut self, node: &'ast ExprContinue) {
        if !self.stays(node.label.as_ref()) {
            let message = format!(
                "`continue` cannot leave {}; use it only in a loop inside the {}",
                self.place,
                self.noun()
            );
            self.report(node.continue_token, &message);
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
