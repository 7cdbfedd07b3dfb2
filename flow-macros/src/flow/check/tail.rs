//! The tail and the output of a named flow: both or neither.
//! Whether the types agree is rustc's to say.

use syn::Type;

use crate::errors::Errors;
use crate::flow::model::Flow;
use crate::flow::syntax::Form;

pub(super) fn check(flow: &Flow, errors: &mut Errors) {
    let Form::Named(header) = &flow.form else {
        return;
    };
    if flow.tail_is_broken || header.output_is_broken {
        return;
    }
    match (&header.output, &flow.tail) {
        (Some(output), None) if !is_unit(output) => {
            let message = match flow.nodes.last() {
                Some(node) => format!(
                    "no node makes this result; put the node's name without `;` at the end of the flow, as `{}`",
                    node.name
                ),
                None => {
                    "no node makes this result; write `name = task(..);` and at the end `name`".to_owned()
                }
            };
            errors.on(output, message);
        }
        (None, Some((_, tail))) => {
            let message = format!(
                "the flow returns `{tail}` but declares no result; write `fn {}(..) -> Type`, or leave the tail out",
                header.name
            );
            errors.at(tail.span(), message);
        }
        _ => {}
    }
}

/// `()`, which a flow without a tail returns anyway.
fn is_unit(output: &Type) -> bool {
    matches!(output, Type::Tuple(tuple) if tuple.elems.is_empty())
}
