//! What `flow!` cannot know of a node's options, since they depend on its task: asked at compile time, at the token that
//! may be wrong. A task that did not compile has had its error: of it nothing is asked.

use core::time::Duration;

use super::message::{Meant, Message, same};
use super::{ParamSpec, ResourceSpec, TaskSpec};
use crate::template::Piece;

/// What every target may use.
const BUILT_IN: [&str; 9] = [
    "date",
    "task_name",
    "version",
    "args",
    "node",
    "flow_name",
    "run_id",
    "index",
    "key",
];

/// The variable `name` of a node's own target: an argument of its task, else the flow's parameter at `parameter`.
pub const fn target_variable(task: &TaskSpec, name: &'static str, parameter: Option<usize>) -> Piece {
    match parameter {
        Some(index) if !has_argument(task, name) => Piece::Parameter { name, index },
        // What is neither is reported by `variable_fault`.
        _ => Piece::Argument(name),
    }
}

/// What is wrong with a variable of a node's own target. `parameter` is that of the flow with this name, `drawing` shows
/// where in the target the variable stands.
pub const fn variable_fault(
    task: &TaskSpec,
    params: &[ParamSpec],
    resources: &[ResourceSpec],
    name: &str,
    parameter: Option<usize>,
    drawing: &str,
) -> Option<Message> {
    if !task.output.is_known {
        return None;
    }
    let is_resource = takes_resource(task, name) || (!has_argument(task, name) && is_one_of(resources, name));
    let message = match (is_built_in(name), has_argument(task, name), parameter) {
        (true, true, _) => Message::new("`")
            .push(name)
            .push("` is both a variable of every target and an argument of task `")
            .push(task.name)
            .push("`; rename the argument"),
        (true, false, _) if same(name, "task_name") && !is_name(task.name) => {
            Message::new("`<task_name>` is `")
                .push(task.name)
                .push("`, which is no name for a file; use `<node>`, or give the task another name")
        }
        (true, false, _) if same(name, "version") && task.version.is_empty() => Message::new("task `")
            .push(task.name)
            .push("` has no version; add `version = \"1\"` to it, or leave the variable out"),
        (true, false, _) | (false, true, _) => return None,
        (false, false, Some(index)) if params[index].show.is_some() => return None,
        (false, false, Some(index)) => Message::new("`")
            .push(name)
            .push("` is a parameter of type `")
            .push(params[index].type_text)
            .push(
                "`, which does not implement `Display`; implement it, or take the variable out of the target",
            ),
        (false, false, None) if is_resource => Message::new("`")
            .push(name)
            .push("` is a resource, and no path can show it; take the variable out of the target"),
        (false, false, None) => unknown(task, params, name),
    };
    Some(message.push(drawing))
}

const fn unknown(task: &TaskSpec, params: &[ParamSpec], name: &str) -> Message {
    let message = Message::new("unknown variable `").push(name).push("`; ");
    let mut meant = Meant::by(name);
    let mut index = 0;
    while index < BUILT_IN.len() {
        meant = meant.or(BUILT_IN[index]);
        index += 1;
    }
    index = 0;
    while index < task.parameters.len() {
        if !task.parameters[index].is_resource {
            meant = meant.or(task.parameters[index].name);
        }
        index += 1;
    }
    index = 0;
    while index < params.len() {
        meant = meant.or(params[index].name);
        index += 1;
    }
    if let Some(meant) = meant.found() {
        return message.push("did you mean `").push(meant).push("`?");
    }
    let mut message = message.push("this target may use ");
    index = 0;
    while index < BUILT_IN.len() {
        message = listed(message, BUILT_IN[index], index);
        index += 1;
    }
    let mut arguments = 0;
    index = 0;
    while index < task.parameters.len() {
        if !task.parameters[index].is_resource {
            if arguments == 0 {
                message = message
                    .push("; the arguments of task `")
                    .push(task.name)
                    .push("`: ");
            }
            message = listed(message, task.parameters[index].name, arguments);
            arguments += 1;
        }
        index += 1;
    }
    if arguments == 0 {
        message = message
            .push("; task `")
            .push(task.name)
            .push("` has no arguments");
    }
    message = match params {
        [] => message.push("; the flow has no parameters"),
        _ => message.push("; the parameters of the flow: "),
    };
    index = 0;
    while index < params.len() {
        message = listed(message, params[index].name, index);
        index += 1;
    }
    message
}

/// With one more name of a list.
const fn listed(message: Message, name: &str, place: usize) -> Message {
    let message = if place == 0 { message } else { message.push(", ") };
    message.push("`").push(name).push("`")
}

/// What is wrong with a node's having a target of its own.
pub const fn target_fault(task: &TaskSpec) -> Option<Message> {
    if task.checkpoint || !task.output.is_known {
        return None;
    }
    let message = Message::new("a target says where the checkpoint lies, but by `checkpoint = false` task `")
        .push(task.name)
        .push("` has none; leave the target out, or `checkpoint = false`");
    Some(message)
}

/// What is wrong with an option about retries on a node that does not say how many there are.
pub const fn retries_fault(task: &TaskSpec, option: &str) -> Option<Message> {
    if task.rules.retries > 0 || !task.output.is_known {
        return None;
    }
    let message = Message::new("`")
        .push(option)
        .push("` without `retries` says nothing, and task `")
        .push(task.name)
        .push("` has none; add `retries = 3`, or leave it out");
    Some(message)
}

/// What is wrong with a node's `retry_delay` beside the `backoff` of its task.
pub const fn delay_fault(task: &TaskSpec, delay: Duration) -> Option<Message> {
    if !task.output.is_known || delay.as_nanos() <= task.rules.backoff.max.as_nanos() {
        return None;
    }
    let message = Message::new("this delay is longer than the `max` in the `backoff` of task `")
        .push(task.name)
        .push("`, and no delay is; write a shorter one, or a `backoff` beside it");
    Some(message)
}

/// What is wrong with a node's `backoff`, whose longest delay is `max`, beside the `retry_delay` of its task.
pub const fn backoff_fault(task: &TaskSpec, max: Duration) -> Option<Message> {
    let delay = task.rules.retry_delay;
    if !task.output.is_known {
        return None;
    }
    let message = if delay.is_zero() {
        Message::new("`backoff` without `retry_delay` says nothing, and task `")
            .push(task.name)
            .push("` has none; add `retry_delay = \"10s\"`, or leave it out")
    } else if max.as_nanos() < delay.as_nanos() {
        Message::new("the `retry_delay` of task `")
            .push(task.name)
            .push("` is longer than the `max` of this `backoff`, and no delay is; write a longer `max`, or a `retry_delay` beside it")
    } else {
        return None;
    };
    Some(message)
}

/// What is wrong with the extension of a node's own target, which picks no format, so `message` says: nothing where the body
/// writes what it likes.
pub const fn extension_fault(task: &TaskSpec, message: &str) -> Option<Message> {
    if is_written(task) {
        Some(Message::new(message))
    } else {
        None
    }
}

/// What is wrong with a node's saying in which format its own target is.
pub const fn format_fault(task: &TaskSpec) -> Option<Message> {
    if !task.output.is_file() {
        return None;
    }
    let message = Message::new("the body of task `")
        .push(task.name)
        .push("` writes its file itself; leave `format` out");
    Some(message)
}

/// Whether the output of a task is to be written in the format of a node's own target.
pub const fn is_written(task: &TaskSpec) -> bool {
    task.checkpoint && task.output.is_known && !task.output.is_file()
}

/// Whether the positional argument at `place` is shown by a target with these variables.
pub const fn shows_argument(task: &TaskSpec, place: usize, variables: &[&str]) -> bool {
    place < task.parameters.len() && argument_is_shown(task, task.parameters[place].name, variables)
}

/// Whether the argument for the parameter `name` is shown by a target with these variables.
pub const fn argument_is_shown(task: &TaskSpec, name: &str, variables: &[&str]) -> bool {
    let mut index = 0;
    while index < variables.len() {
        if same(variables[index], name) {
            // That a resource cannot be shown is said at the target.
            return task.output.is_known && !takes_resource(task, name);
        }
        index += 1;
    }
    false
}

const fn has_argument(task: &TaskSpec, name: &str) -> bool {
    let mut index = 0;
    while index < task.parameters.len() {
        if same(task.parameters[index].name, name) {
            return !task.parameters[index].is_resource;
        }
        index += 1;
    }
    false
}

const fn takes_resource(task: &TaskSpec, name: &str) -> bool {
    let mut index = 0;
    while index < task.parameters.len() {
        if task.parameters[index].is_resource && same(task.parameters[index].name, name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_one_of(resources: &[ResourceSpec], name: &str) -> bool {
    let mut index = 0;
    while index < resources.len() {
        if same(resources[index].name, name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_built_in(name: &str) -> bool {
    let mut index = 0;
    while index < BUILT_IN.len() {
        if same(BUILT_IN[index], name) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether a text can be one name of a path.
const fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if matches!(bytes[index], b'/' | b'\\') {
            return false;
        }
        index += 1;
    }
    !same(text, ".") && !same(text, "..")
}
