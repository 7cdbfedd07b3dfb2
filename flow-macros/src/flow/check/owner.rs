//! `Self` in an argument: a flow has none, and rustc would take the macro's own for it.
//! An item inside an argument may have its own.

use syn::visit::{self, Visit};
use syn::{Item, Macro, Path};

use super::contents::{self, Contents};
use crate::errors::Errors;
use crate::flow::model::{Branch, Flow};

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    for node in &mut flow.nodes {
        let mut search = Search { found: false, errors };
        for (_, expression) in node.expressions() {
            search.visit_expr(expression);
        }
        for pattern in node.branch.iter().flat_map(Branch::patterns) {
            search.visit_pat(pattern);
        }
        node.is_pure &= !search.found;
    }
}

struct Search<'a> {
    /// Whether anything was reported.
    found: bool,
    errors: &'a mut Errors,
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(first) = path.segments.first().filter(|first| first.ident == "Self") {
            self.found = true;
            self.errors.at(
                first.ident.span(),
                "a flow has no `Self`; write the name of the type",
            );
        }
        visit::visit_path(self, path);
    }

    fn visit_item(&mut self, _: &'ast Item) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        // What other macros make of their tokens may hold a `Self` of its own.
        if let Contents::Expressions(list) = contents::read(call) {
            for expression in &list {
                self.visit_expr(expression);
            }
        }
    }
}
