//! Where a node's target lies: its template meets the arguments of the call, before they are evaluated or after.

use crate::checkpoint::{CheckpointError, Variables, render};
use crate::spec::{Literal, Source};
use crate::store::StorePath;
use crate::template::Template;

use super::core::Core;
use super::identity::parameter;

/// The path of a node's target, if nothing of its upstream has to be loaded for it.
pub(super) fn early_path(
    core: &Core,
    node: usize,
    template: &Template,
) -> Result<Option<StorePath>, CheckpointError> {
    if !template
        .arguments()
        .all(|name| early_value(core, node, name).is_some())
    {
        return Ok(None);
    }
    path(core, node, template, &|name| early_value(core, node, name)).map(Some)
}

pub(super) fn path(
    core: &Core,
    node: usize,
    template: &Template,
    arguments: &dyn Fn(&str) -> Option<String>,
) -> Result<StorePath, CheckpointError> {
    let spec = &core.spec.nodes[node];
    let variables = Variables {
        logical_time: &core.info.time,
        task_name: spec.task.name,
        node: spec.name,
        flow_name: core.spec.name,
        run_id: core.info.id.as_str(),
        arguments,
    };
    Ok(render(template, &variables)?)
}

/// The value of an argument as text, where no upstream result is needed for it.
fn early_value(core: &Core, node: usize, name: &str) -> Option<String> {
    let spec = &core.spec.nodes[node];
    let mut arguments = spec.arguments.iter().enumerate();
    let (_, argument) =
        arguments.find(|(place, argument)| parameter(spec.task, *place, argument) == Some(name))?;
    let show = spec
        .task
        .parameters
        .iter()
        .find(|parameter| parameter.name == name)?
        .show;
    match argument.source {
        Source::Param(param) => {
            let value = (core.spec.params[param].get)(&*core.params)?;
            Some(show?(value)?.to_string())
        }
        Source::Literal(Literal::Exact(text)) => Some(text.to_owned()),
        Source::Literal(Literal::Float(text)) => {
            let (double, single) = (text.parse::<f64>().ok()?, text.parse::<f32>().ok()?);
            let shown = show?(&double).or_else(|| show?(&single))?;
            Some(shown.to_string())
        }
        Source::Node(_) | Source::Expression { .. } => None,
    }
}
