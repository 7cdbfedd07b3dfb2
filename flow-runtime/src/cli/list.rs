//! What there is: `list` for programs and people, the overview for people who call a binary without arguments.

use super::select::{Flows, NO_FLOWS, headline};
use super::terminal::{Terminal, printable};
use super::{params, resources};

/// Every flow on a line: what to call it, and what its docs say first.
pub(super) fn lines(flows: Flows<'_>) -> Vec<String> {
    let labels: Vec<String> = flows.iter().map(|flow| flows.label(flow)).collect();
    let width = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0);
    let line = |(flow, label): (&'static crate::registry::Registration, &String)| {
        let mut line = format!("{label:width$}  {}", headline(flow.spec));
        if let Some(note) = resources::note(flow.spec) {
            line = format!("{}  [{note}]", line.trim_end());
        }
        printable(line.trim_end()).into_owned()
    };
    flows.iter().zip(&labels).map(line).collect()
}

/// Shows what there is and how to run it.
pub(super) fn overview(program: &str, flows: Flows<'_>, terminal: &Terminal) {
    let Some(first) = flows.iter().next() else {
        terminal.err.say(NO_FLOWS);
        return;
    };
    let count = match flows.iter().len() {
        1 => "one flow".to_owned(),
        several => format!("{several} flows"),
    };
    // The only flow need not be named.
    let label = match flows.only() {
        Some(_) => String::new(),
        None => format!(" {}", flows.label(first)),
    };
    let required = params::required_usage(first.spec);
    terminal.err.say(&format!("This binary has {count}:\n"));
    for line in lines(flows) {
        terminal.err.say(&format!("  {line}"));
    }
    terminal.err.say(&format!(
        "\nrun it:          {program} run{label}{required}\
         \nits parameters:  {program} run{label} --help\
         \ndraw it:         {program} graph{label}"
    ));
}
