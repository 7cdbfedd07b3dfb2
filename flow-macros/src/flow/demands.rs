//! Of which nodes an expression needs the value: what is done with them can be done with no `Option` and no `Outcome`. Where
//! the rules of a node let it run without, that is said at the name; of all else rustc says what is wrong with the types.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprBinary, ExprField, ExprIndex, ExprMethodCall, ExprUnary, Item, Macro, UnOp};

use super::check::contents;

/// Methods of texts, lists and maps that neither `Option` nor `Outcome` has. Others may be theirs, or an author's.
const METHODS: [&str; 18] = [
    "as_str",
    "chars",
    "concat",
    "contains",
    "ends_with",
    "first",
    "get",
    "is_empty",
    "join",
    "keys",
    "last",
    "len",
    "lines",
    "split",
    "starts_with",
    "to_string",
    "trim",
    "values",
];

/// The names whose values are needed if they are nodes, where they stand.
pub(super) fn of(expression: &Expr) -> Vec<Ident> {
    let mut search = Search { found: Vec::new() };
    search.visit_expr(expression);
    search.found
}

struct Search {
    found: Vec<Ident>,
}

impl Search {
    fn needed(&mut self, expression: &Expr) {
        match expression {
            Expr::Paren(inner) => self.needed(&inner.expr),
            Expr::Group(inner) => self.needed(&inner.expr),
            Expr::Path(path) if path.qself.is_none() => self.found.extend(path.path.get_ident().cloned()),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr_unary(&mut self, node: &'ast ExprUnary) {
        if matches!(node.op, UnOp::Deref(_) | UnOp::Neg(_)) {
            self.needed(&node.expr);
        }
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_binary(&mut self, node: &'ast ExprBinary) {
        if matches!(
            node.op,
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_)
        ) {
            self.needed(&node.left);
            self.needed(&node.right);
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_index(&mut self, node: &'ast ExprIndex) {
        self.needed(&node.expr);
        visit::visit_expr_index(self, node);
    }

    fn visit_expr_field(&mut self, node: &'ast ExprField) {
        self.needed(&node.base);
        visit::visit_expr_field(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        if METHODS.iter().any(|method| node.method == method) {
            self.needed(&node.receiver);
        }
        visit::visit_expr_method_call(self, node);
    }

    // An item in an argument sees no node.
    fn visit_item(&mut self, _: &'ast Item) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        for expression in contents::read(call).into_expressions() {
            self.visit_expr(&expression);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_only_a_value_can_do_is_found() {
        for (expression, names) in [
            ("*a + 1", "a"),
            ("&a[1..]", "a"),
            ("(a).0 + b.x.y", "a b"),
            ("-a * 2 + 3 / b", "a b"),
            ("format!(\"{} {}\", *a, b.len())", "a b"),
            ("[1].map(|x| x + *a)", "x a"),
            // An `Option` and an `Outcome` can do this.
            ("a.is_some() && b.success().is_none()", ""),
            ("a.map_or(0, |rows| rows.len())", "rows"),
            ("a == b", ""),
            ("f(a, &b)", ""),
            ("{ fn f(a: &u32) -> u32 { *a } f(&b) }", ""),
        ] {
            let expression = syn::parse_str(expression).expect(expression);
            let found = of(&expression)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>();
            assert_eq!(found.join(" "), names);
        }
    }
}
