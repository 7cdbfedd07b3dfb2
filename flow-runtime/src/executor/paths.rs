//! Where a node's target lies: its template meets the arguments of the call, before they are evaluated or after.

use core::any::Any;

use crate::checkpoint::{CheckpointError, Displayed, Variables, displayed, render};
use crate::spec::{FlowSpec, Literal, NodeSpec, Show, Source};
use crate::store::StorePath;
use crate::template::Template;

use super::branches::Branches;
use super::core::Info;
use super::family::Families;
use super::identity::parameter;

/// What all arguments of a call digest to, or what has no digest.
pub(super) type Args<'a> = dyn Fn() -> Result<String, String> + 'a;

/// What paths are rendered from.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) spec: &'static FlowSpec,
    pub(crate) params: &'a (dyn Any + Send + Sync),
    pub(crate) info: &'a Info,
    /// The children of a `for`; none before the run.
    pub(crate) families: Option<&'a Families>,
    /// Which arms are chosen.
    pub(crate) branches: &'a Branches,
}

impl Frame<'_> {
    /// What the node is: of a child, what its `for` is, and of an `if` or `match`, the arm that it has chosen.
    pub(crate) fn node(&self, node: usize) -> &'static NodeSpec {
        match (self.spec.nodes.get(node), self.families) {
            (Some(spec), _) => self.branches.node(node, spec),
            (None, Some(families)) => families.node(node),
            (None, None) => unreachable!("there are no children before a run"),
        }
    }

    /// The number of a child in its `for`, and its key.
    fn child(&self, node: usize) -> Option<(usize, Option<&str>)> {
        let (family, index) = self.families?.child(node)?;
        Some((index, family.key(index)))
    }
}

/// The path of a node's target, if nothing of its upstream has to be loaded for it. `args` is what its arguments
/// digest to, where that is known.
pub(super) fn early_path(
    frame: Frame<'_>,
    node: usize,
    template: &Template,
    args: Option<&Args<'_>>,
) -> Result<Option<StorePath>, CheckpointError> {
    if template.has_args() && args.is_none() {
        return Ok(None);
    }
    if !template
        .arguments()
        .all(|name| early_value(frame, node, name).is_some())
    {
        return Ok(None);
    }
    path(frame, node, template, args, &|name| {
        early_value(frame, node, name)
    })
    .map(Some)
}

pub(super) fn path(
    frame: Frame<'_>,
    node: usize,
    template: &Template,
    args: Option<&Args<'_>>,
    arguments: &dyn Fn(&str) -> Option<Displayed>,
) -> Result<StorePath, CheckpointError> {
    let spec = frame.node(node);
    let parameter = |index: usize| param_text(frame, index);
    // Where they are not known the path is one that does not show them.
    let args = || args.map_or_else(|| Err("the call".to_owned()), |args| args());
    let child = frame.child(node);
    let variables = Variables {
        logical_time: &frame.info.time,
        task_name: spec.task.name,
        version: spec.task.version,
        args: &args,
        node: spec.name,
        flow_name: frame.spec.name,
        run_id: frame.info.id.as_str(),
        index: child.map(|(index, _)| index),
        key: child.and_then(|(_, key)| key),
        arguments,
        parameters: &parameter,
    };
    Ok(render(template, &variables)?)
}

/// The value of an argument as text, where no upstream result is needed for it.
pub(super) fn early_value(frame: Frame<'_>, node: usize, name: &str) -> Option<Displayed> {
    let spec = frame.node(node);
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
        // What a bare name hands over is shown as the parameter itself is: as it is, borrowed or cloned.
        Source::Param(param) => param_text(frame, param).or_else(|| {
            let value = (frame.spec.params[param].get)(frame.params)?;
            Some(displayed(show?(value)?))
        }),
        Source::Literal(Literal::Exact(text)) => Some(Ok(text.to_owned())),
        Source::Literal(Literal::Float(text)) => float_text(text, show),
        Source::Node(_)
        | Source::Item(_)
        | Source::Resource(_)
        | Source::List(_)
        | Source::Expression { .. } => None,
    }
}

/// The value of a flow's parameter as text.
fn param_text(frame: Frame<'_>, index: usize) -> Option<Displayed> {
    let param = &frame.spec.params[index];
    let value = (param.get)(frame.params)?;
    Some(displayed(param.show?(value)?))
}

/// The text of a float, whose type only its parameter knows.
fn float_text(text: &str, show: Option<Show>) -> Option<Displayed> {
    let (double, single) = (text.parse::<f64>().ok()?, text.parse::<f32>().ok()?);
    let Some(show) = show else {
        // Of a parameter that only this node shows the type is not known here: most floats have one text in both.
        let (double, single) = (double.to_string(), single.to_string());
        return (double == single).then_some(Ok(double));
    };
    Some(displayed(show(&double).or_else(|| show(&single))?))
}
