//! A node's own target as the model has it: what `#[node(…)]` says, checked as far as it can be without the task.

use proc_macro2::Span;

use super::syntax::NodeOptions;
use crate::errors::Errors;
use crate::options::format::Written;
use crate::template::{self, Scope, Template};

/// Where a node's result is written, in place of its task's target.
pub(crate) struct Target {
    /// The name of the option.
    pub(crate) option: Span,
    pub(crate) template: Template,
    /// `None` where the extension says nothing: then its template has the fault.
    pub(crate) format: Option<Written>,
    /// What says which format: its name, else the target with the extension.
    pub(crate) format_at: Span,
    /// The name of the option that says it, if there is one.
    pub(crate) format_option: Option<Span>,
}

impl Target {
    /// The target of a node in a flow with these parameters; `None` without one, and where it is wrong, which is
    /// reported.
    pub(super) fn of(options: &NodeOptions, parameters: &[String], errors: &mut Errors) -> Option<Self> {
        let given = options.target.as_ref()?;
        let format_given = options.seen.iter().any(|option| option == "format");
        let mut template = template::parse(&given.value, Scope::Node(parameters), format_given, errors)?;
        let (format, format_at) = match &options.format {
            Some(format) => {
                let (format, at) = format.value.clone();
                template.written(&format, errors);
                (Some(format), at)
            }
            // It stands there, and could not be read.
            None if format_given => return None,
            None => (template.extension.map(Written::In), given.value.span()),
        };
        Some(Self {
            option: given.option,
            template,
            format,
            format_at,
            format_option: options.format.as_ref().map(|format| format.option),
        })
    }
}
