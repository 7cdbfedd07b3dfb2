//! Names of nodes and parameters: given once, not to two things, and not those that a run needs itself.
//! Names that are used, and mean nothing, are found where names are resolved.

use std::collections::HashMap;

use proc_macro2::Ident;
use quote::format_ident;

use crate::errors::Errors;
use crate::flow::model::Flow;
use crate::flow::resolve::text;
use crate::flow::syntax::{Form, Parameter};

/// Methods of the value that a named flow's function returns; setters stand beside them.
const OF_THE_VALUE: [&str; 4] = ["run", "run_async", "run_to_end", "start"];
/// Methods of the type that has the keys.
const OF_THE_TYPE: [&str; 1] = ["restore"];
/// What no variable can be named, wherever the flow stands.
const OF_THE_PRELUDE: [&str; 4] = ["Some", "None", "Ok", "Err"];

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    parameters(flow.parameters_mut(), errors);
    let parameters: Vec<String> = flow
        .parameters()
        .iter()
        .map(|parameter| text(&parameter.name))
        .collect();
    let bare = matches!(flow.form, Form::Bare);
    let mut first: HashMap<String, Ident> = HashMap::new();
    for node in &mut flow.nodes {
        let name = text(&node.name);
        if let Some(first) = first.get(&name) {
            node.has_key = false;
            if node.call.is_some() {
                let message = format!(
                    "`{}` is a node already, in line {}; choose another name",
                    node.name,
                    line(first)
                );
                errors.at(node.name.span(), message);
            }
            continue;
        }
        first.insert(name.clone(), node.name.clone());
        let taken = if OF_THE_PRELUDE.contains(&name.as_str()) {
            Some("a variant of Rust's prelude")
        } else if OF_THE_TYPE.contains(&name.as_str()) || (bare && OF_THE_VALUE.contains(&name.as_str())) {
            Some("a method of the flow beside the nodes' keys")
        } else {
            None
        };
        node.has_key &= taken.is_none();
        if node.call.is_none() {
            // A statement that could not be read is reported.
            continue;
        }
        if parameters.contains(&name) {
            let message = format!(
                "`{}` is a parameter of this flow; choose another name for the node",
                node.name
            );
            errors.at(node.name.span(), message);
        }
        if let Some(what) = taken {
            let message = format!(
                "`{}` cannot name a node, it is {what}; choose another name",
                node.name
            );
            errors.at(node.name.span(), message);
        }
    }
}

fn parameters(parameters: &mut [Parameter], errors: &mut Errors) {
    let mut first: HashMap<String, Ident> = HashMap::new();
    for (place, parameter) in parameters.iter_mut().enumerate() {
        let name = text(&parameter.name);
        if OF_THE_VALUE.contains(&name.as_str()) {
            let message = format!(
                "`{}` cannot name a parameter, it is a method of the flow beside the setters; choose another name",
                parameter.name
            );
            errors.at(parameter.name.span(), message);
            parameter.has_setter = false;
        }
        if OF_THE_PRELUDE.contains(&name.as_str()) {
            let message = format!(
                "`{}` cannot name a parameter, it is a variant of Rust's prelude; choose another name",
                parameter.name
            );
            errors.at(parameter.name.span(), message);
            parameter.has_setter = false;
            parameter.name = format_ident!("__{}_{}", parameter.name, place);
        } else if let Some(first) = first.get(&name) {
            let message = format!(
                "`{}` is a parameter already, in line {}; choose another name",
                parameter.name,
                line(first)
            );
            errors.at(parameter.name.span(), message);
            // The function keeps as many parameters as its callers give it.
            parameter.has_setter = false;
            parameter.name = format_ident!("__{}_{}", parameter.name, place);
        } else {
            first.insert(name, parameter.name.clone());
        }
    }
}

fn line(name: &Ident) -> usize {
    name.span().start().line
}
