//! The resources of a flow on the command line, which can only make those that say how.

use std::time::Instant;

use super::drive::Refused;
use crate::executor::OfItsOwn;
use crate::failure::chain;
use crate::registry::Given;
use crate::resource::{NotBuilt, build};
use crate::runner::Runner;
use crate::secret::without_secrets;
use crate::spec::{FlowSpec, ResourceSpec};

/// What resources live on, while their run lasts.
pub(super) struct Around {
    pub(super) runtime: OfItsOwn,
    /// When they began to be made: that is part of the time of a budget.
    pub(super) since: Instant,
}

/// The resources that nothing makes.
fn unmade(flow: &FlowSpec) -> impl Iterator<Item = &'static ResourceSpec> {
    let unmade = |resource: &&ResourceSpec| resource.constructor.is_none();
    flow.resources.iter().filter(unmade)
}

/// Refuses a flow that the command line cannot run.
///
/// # Errors
///
/// If a resource has no constructor.
pub(super) fn check(flow: &'static FlowSpec) -> Result<(), String> {
    let lines: Vec<String> = unmade(flow)
        .map(|ResourceSpec { name, type_text, location, .. }| {
            format!("\n  `{name}: {type_text}` ({location}); write `#[resource(path::to::constructor)] {name}: {type_text}`")
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(format!(
        "flow `{}` cannot be run from the command line: nothing says what makes\n{}\n  to go on: name a function that takes \
         nothing and returns it, or a `Result` of it, plain or `async`; or run the flow from the program's own code",
        flow.function,
        lines.concat().trim_start_matches('\n')
    ))
}

/// That the command line cannot run the flow, for lists and help.
pub(super) fn note(flow: &FlowSpec) -> Option<String> {
    let names: Vec<String> = unmade(flow)
        .map(|resource| format!("`{}`", resource.name))
        .collect();
    let verb = if names.len() == 1 { "has" } else { "have" };
    (!names.is_empty()).then(|| format!("only from code: {} {verb} no constructor", names.join(", ")))
}

/// Makes the resources of a flow, inside a runtime that its async bodies will run on; nothing where it has none.
///
/// # Errors
///
/// If one cannot be made. Nothing ran.
pub(super) fn make(
    flow: &'static FlowSpec,
    given: &mut Given,
    runner: &Runner,
) -> Result<Option<Around>, Refused> {
    check(flow)?;
    if flow.resources.is_empty() {
        return Ok(None);
    }
    let since = Instant::now();
    let made = OfItsOwn::for_resources(flow, runner.workers())
        .map_err(|source| NotBuilt::Threads {
            flow: flow.name,
            source,
        })
        .and_then(|runtime| {
            let resources = runtime
                .handle()
                .map_or_else(|| Ok(Vec::new()), |tokio| build(flow, &tokio))?;
            given.add_resources(resources);
            Ok(runtime)
        });
    match made {
        Ok(runtime) => Ok(Some(Around { runtime, since })),
        Err(error) => Err(Refused::Wrong(format!(
            "{}\n  to go on: nothing ran; see to that, and give the same command again",
            without_secrets(chain(&error))
        ))),
    }
}
