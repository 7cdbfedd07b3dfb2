//! A resource in a list of bare names: such a list gathers results and values for one parameter, and no parameter takes
//! resources so. What a task takes as a resource is rustc's to say.

use crate::errors::Errors;
use crate::flow::model::{Element, Flow, Value};

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    let parameters = flow.parameters().iter();
    let resources: Vec<Option<String>> = parameters
        .map(|parameter| parameter.is_resource().then(|| parameter.name.to_string()))
        .collect();
    for node in &mut flow.nodes {
        let mut is_pure = true;
        for argument in node.calls().flat_map(|call| &call.arguments) {
            let Value::List(list) = &argument.value else {
                continue;
            };
            for element in &list.elements {
                if let Element::Parameter(mention) = element
                    && let Some(name) = &resources[mention.index]
                {
                    let message = format!(
                        "`{name}` is a resource, and a list gathers results and values; hand it to a parameter of its own"
                    );
                    errors.at(mention.span, message);
                    is_pure = false;
                }
            }
        }
        node.is_pure &= is_pure;
    }
}
