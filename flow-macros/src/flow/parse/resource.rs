//! Reads `#[resource]` and `#[resource(path)]` before a parameter of a flow.
//! That the path is one of a function, and what that makes, is rustc's to say.

use syn::{Attribute, Expr, ExprPath, Meta};

use crate::errors::Errors;
use crate::flow::expand::source;
use crate::flow::syntax::Resource;

/// What the marks of one parameter say; `None` without one.
pub(super) fn read(marks: Vec<Attribute>, errors: &mut Errors) -> Option<Resource> {
    let mut marks = marks.into_iter();
    let first = marks.next()?;
    for other in marks {
        errors.on(other, "`#[resource]` is given twice; keep one");
    }
    Some(Resource {
        constructor: constructor(&first, errors),
    })
}

fn constructor(mark: &Attribute, errors: &mut Errors) -> Option<ExprPath> {
    match &mark.meta {
        Meta::Path(_) => None,
        Meta::NameValue(_) => {
            errors.on(
                &mark.meta,
                "expected the path of what makes it in parentheses, as `#[resource(Client::connect)]`",
            );
            None
        }
        Meta::List(list) if list.tokens.is_empty() => {
            errors.on(
                &mark.meta,
                "expected the path of what makes it, as `#[resource(Client::connect)]`; without one, leave the parentheses out",
            );
            None
        }
        Meta::List(list) => {
            let path = list.parse_args::<ExprPath>().ok();
            if path.is_none() {
                errors.on(&list.tokens, message(list.parse_args::<Expr>().ok().as_ref()));
            }
            path
        }
    }
}

/// What to write in place of what is no path.
fn message(found: Option<&Expr>) -> String {
    match found {
        Some(Expr::Call(call)) if call.args.is_empty() => {
            let function = source(&call.func);
            format!("the command line calls it when a run starts; write `#[resource({function})]`")
        }
        Some(Expr::Call(_) | Expr::Closure(_) | Expr::MethodCall(_) | Expr::Macro(_)) => {
            "expected the path of a function that takes nothing; write one that makes the resource, and name it here".to_owned()
        }
        _ => "expected the path of what makes it, as `#[resource(Client::connect)]`".to_owned(),
    }
}
