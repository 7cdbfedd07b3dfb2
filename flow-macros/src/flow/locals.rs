//! The names that the patterns of an `if` or `match` bind, for the arguments of that arm.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Pat, PatIdent};

/// What `let pattern = ..`, one or several joined by `&&`, binds in the arm behind it.
pub(super) fn of_condition(condition: &Expr) -> Vec<Ident> {
    match condition {
        Expr::Let(bound) => of_pattern(&bound.pat),
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
            let mut names = of_condition(&both.left);
            names.extend(of_condition(&both.right));
            names
        }
        _ => Vec::new(),
    }
}

/// What a pattern binds. What begins with a capital is a constant or a variant, and no name for a value.
pub(super) fn of_pattern(pattern: &Pat) -> Vec<Ident> {
    let mut search = Search(Vec::new());
    search.visit_pat(pattern);
    search.0
}

struct Search(Vec<Ident>);

impl<'ast> Visit<'ast> for Search {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let is_name = !pattern
            .ident
            .to_string()
            .starts_with(|first: char| first.is_uppercase());
        if is_name && !self.0.contains(&pattern.ident) {
            self.0.push(pattern.ident.clone());
        }
        visit::visit_pat_ident(self, pattern);
    }

    // What stands inside an expression binds nothing outside of it.
    fn visit_expr(&mut self, _: &'ast Expr) {}
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser as _;

    use super::{Pat, of_condition, of_pattern};

    fn joined(names: &[super::Ident]) -> String {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        names.join(" ")
    }

    #[test]
    fn what_a_pattern_binds_is_found() {
        for (pattern, names) in [
            ("Some(x)", "x"),
            ("None", ""),
            ("MAX | 0", ""),
            ("(a, [b, .., c @ 1..=3])", "a b c"),
            ("Row { id, name: Some(n), .. }", "id n"),
            ("Ok(x) | Err(x)", "x"),
            ("ref whole @ (_, y)", "whole y"),
        ] {
            let read = Pat::parse_multi_with_leading_vert
                .parse_str(pattern)
                .expect(pattern);
            assert_eq!(joined(&of_pattern(&read)), names, "{pattern}");
        }
    }

    #[test]
    fn only_what_holds_in_the_arm_counts_of_a_condition() {
        for (condition, names) in [
            ("a && b", ""),
            ("let Some(x) = a", "x"),
            ("let Some(x) = a && x > 3 && let (y, _) = b", "x y"),
            ("a.iter().any(|z| z > 3)", ""),
            ("{ let y = 3; y > a }", ""),
        ] {
            let source = format!("if {condition} {{}}");
            let syn::Expr::If(read) = syn::parse_str(&source).expect(condition) else {
                unreachable!("it is an `if`");
            };
            assert_eq!(joined(&of_condition(&read.cond)), names, "{condition}");
        }
    }
}
