//! What only a `for` has: names for its items, and options for its children.

use proc_macro2::Span;

use crate::errors::Errors;
use crate::flow::model::{Flow, Node, Of};
use crate::flow::resolve::text;
use crate::flow::syntax::Parameter;

pub(super) fn check(flow: &mut Flow, errors: &mut Errors) {
    let parameters: Vec<String> = (flow.parameters().iter())
        .map(|parameter| text(&parameter.name))
        .collect();
    let resources: Vec<bool> = (flow.parameters().iter()).map(Parameter::is_resource).collect();
    for node in &mut flow.nodes {
        let sound = values(node, &resources, errors)
            & names(node, &parameters, errors)
            & keys(node, errors)
            & beside(node, errors);
        node.is_pure &= sound;
    }
}

/// That options about children stand on a `for`.
pub(in crate::flow) fn options(node: &str, options: &[(&str, Option<Span>)], errors: &mut Errors) {
    for (option, span) in options {
        if let Some(span) = span {
            let message = format!(
                "`{option}` is about the children of a `for`, and `{node}` is none; leave it out, or write \
                 `{node} = for item in items {{ task(item) }};`"
            );
            errors.at(*span, message);
        }
    }
}

/// A `for` goes through values: by their digests its children are known.
fn values(node: &Node, resources: &[bool], errors: &mut Errors) -> bool {
    let mut sound = true;
    for items in node.items() {
        let of = match &items.of {
            Of::Parameter(mention) if resources[mention.index] => Some(mention),
            Of::Expression(expression) => expression.resources.first(),
            _ => None,
        };
        if let Some(mention) = of {
            let message = "this is a resource, and a `for` goes through values: the digest of its item tells whether a child is up to \
                           date; let a task ask the resource, and go through its result";
            errors.at(mention.span, message);
            sound = false;
        }
    }
    sound
}

/// Names before `in`: each another, and none a parameter's.
fn names(node: &Node, parameters: &[String], errors: &mut Errors) -> bool {
    let mut sound = true;
    let mut seen: Vec<String> = Vec::new();
    for items in node.items() {
        let name = text(&items.name);
        if parameters.contains(&name) {
            let message = format!(
                "`{name}` is a parameter of this flow and cannot be bound again here; choose another name"
            );
            errors.at(items.name.span(), message);
            sound = false;
        } else if seen.contains(&name) {
            errors.at(
                items.name.span(),
                format!("`{name}` stands here twice; choose another name"),
            );
            sound = false;
        }
        seen.push(name);
    }
    sound
}

/// A key names children by their items, which those of another `for` do not have before they run.
fn keys(node: &Node, errors: &mut Errors) -> bool {
    let Some(key) = node.each().and_then(|each| each.children.key.as_ref()) else {
        return true;
    };
    let is_beside = node.children().next().is_some();
    if is_beside {
        errors.at(
            key.option,
            "the children of a `for` through another's results have the keys of those; write `key` there",
        );
    }
    !is_beside
}

/// What is gone through child by child cannot be read as a whole beside that, nor twice.
fn beside(node: &Node, errors: &mut Errors) -> bool {
    let mut sound = true;
    for mention in node.data() {
        if let Some(items) = node
            .items()
            .find(|items| items.of.children().is_some_and(|of| of.index == mention.index))
        {
            let message = format!(
                "this `for` goes through these results child by child, as `{}`, and cannot read all of them for each; \
                 let another node do that",
                items.name
            );
            errors.at(mention.span, message);
            sound = false;
        }
    }
    let mut seen = Vec::new();
    for mention in node.children() {
        if seen.contains(&mention.index) {
            errors.at(
                mention.span,
                "these results are gone through already; use that name",
            );
            sound = false;
        }
        seen.push(mention.index);
    }
    sound
}
