//! Flows as pictures: the text that Mermaid and Graphviz draw from. It reads specs only; no run, no state, no file.

use crate::spec::{EdgeKind, FlowSpec, NodeSpec};

/// A flow as a Mermaid flowchart, for READMEs and issues.
///
/// A node shows its name, its task where that has another name, and its target; an `if` or `match` the tasks of all arms. An edge that hands over a result is
/// solid, one of `upstream: [..]` dotted; the tail is round and thick. The same flow gives the same text.
///
/// ```
/// # use flow_runtime::spec::{FlowSpec, Location};
/// # static SPEC: FlowSpec = FlowSpec {
/// #     name: "nightly", function: "nightly", module: "m", docs: "", location: Location::new("m.rs", 1, 1),
/// #     zone: "UTC", params: &[], resources: &[], nodes: &[], tail: None,
/// # };
/// let text = flow_runtime::drawing::mermaid(&SPEC);
/// assert_eq!(text, "---\ntitle: \"nightly\"\n---\nflowchart TD\n");
/// ```
pub fn mermaid(flow: &FlowSpec) -> String {
    // The front matter is YAML, whose double quotes are JSON's.
    let mut title = String::new();
    escape(flow.name, &mut title, |c, title| match c {
        '"' | '\\' => title.extend(['\\', c]),
        c => title.push(c),
    });
    let mut lines = vec![
        "---".to_owned(),
        format!("title: \"{title}\""),
        "---".to_owned(),
        "flowchart TD".to_owned(),
    ];
    for (index, node) in flow.nodes.iter().enumerate() {
        let label = label(node, "<br/>", mermaid_char);
        // Ids are numbers: a node named `end` would end the chart.
        lines.push(if flow.tail == Some(index) {
            format!("    n{index}([\"{label}\"]):::tail")
        } else {
            format!("    n{index}[\"{label}\"]")
        });
    }
    for (from, to, kind) in edges(flow) {
        let arrow = match kind {
            EdgeKind::Data => "-->",
            EdgeKind::Order => "-.->",
            EdgeKind::Each => "==>",
        };
        lines.push(format!("    n{from} {arrow} n{to}"));
    }
    if flow.tail.is_some() {
        lines.push("    classDef tail stroke-width:3px".to_owned());
    }
    lines.join("\n") + "\n"
}

/// A flow in the DOT language, for Graphviz.
///
/// A node shows its name, its task where that has another name, and its target; an `if` or `match` the tasks of all arms. An edge that hands over a result is
/// solid, one of `upstream: [..]` dashed; the tail has a double border. The same flow gives the same text.
///
/// ```
/// # use flow_runtime::spec::{FlowSpec, Location};
/// # static SPEC: FlowSpec = FlowSpec {
/// #     name: "nightly", function: "nightly", module: "m", docs: "", location: Location::new("m.rs", 1, 1),
/// #     zone: "UTC", params: &[], resources: &[], nodes: &[], tail: None,
/// # };
/// let text = flow_runtime::drawing::dot(&SPEC);
/// assert!(text.starts_with("digraph {\n    label=\"nightly\";"));
/// ```
pub fn dot(flow: &FlowSpec) -> String {
    let mut title = String::new();
    escape(flow.name, &mut title, dot_char);
    let mut lines = vec![
        "digraph {".to_owned(),
        format!("    label=\"{title}\";"),
        "    labelloc=t;".to_owned(),
        "    node [shape=box];".to_owned(),
    ];
    for (index, node) in flow.nodes.iter().enumerate() {
        let label = label(node, "\\n", dot_char);
        let border = match flow.tail {
            Some(tail) if tail == index => ", peripheries=2",
            _ => "",
        };
        lines.push(format!("    n{index} [label=\"{label}\"{border}];"));
    }
    for (from, to, kind) in edges(flow) {
        let style = match kind {
            EdgeKind::Data => "",
            EdgeKind::Order => " [style=dashed]",
            EdgeKind::Each => " [style=bold]",
        };
        lines.push(format!("    n{from} -> n{to}{style};"));
    }
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

/// Every edge once, by the node that it leads to, then by the node that it comes from.
fn edges(flow: &FlowSpec) -> Vec<(usize, usize, EdgeKind)> {
    let mut edges = Vec::new();
    for (to, node) in flow.nodes.iter().enumerate() {
        let mut upstream = node.edges.to_vec();
        upstream.sort_by_key(|edge| edge.node);
        edges.extend(upstream.into_iter().map(|edge| (edge.node, to, edge.kind)));
    }
    edges
}

/// What a node shows: its name; its task, where that has another name, or the tasks of all arms; its target, where it has one.
fn label(node: &NodeSpec, line_break: &str, write: fn(char, &mut String)) -> String {
    let mut label = String::new();
    escape(node.name, &mut label, write);
    if let Some(branch) = node.branch() {
        label.push_str(line_break);
        escape("tasks ", &mut label, write);
        for (place, arm) in branch.arms.iter().enumerate() {
            if place > 0 {
                escape(" | ", &mut label, write);
            }
            escape(arm.task.name, &mut label, write);
        }
        if branch.may_skip {
            escape(" | none", &mut label, write);
        }
    } else if node.task.name != node.name {
        label.push_str(line_break);
        escape("task ", &mut label, write);
        escape(node.task.name, &mut label, write);
    }
    let mut targets: Vec<&str> = Vec::new();
    for target in node.arms().iter().filter_map(|arm| Some(arm.target()?.source)) {
        if !targets.contains(&target) {
            label.push_str(line_break);
            escape(target, &mut label, write);
            targets.push(target);
        }
    }
    label
}

/// Writes a text a character at a time; control characters, which no picture shows, as `\n` or `\u{1b}`.
fn escape(text: &str, to: &mut String, write: fn(char, &mut String)) {
    for c in text.chars() {
        if c.is_control() {
            c.escape_default().for_each(|c| write(c, to));
        } else {
            write(c, to);
        }
    }
}

/// A character of a quoted Mermaid label.
fn mermaid_char(c: char, label: &mut String) {
    match c {
        '"' => label.push_str("#quot;"),
        '<' => label.push_str("#lt;"),
        '>' => label.push_str("#gt;"),
        '&' => label.push_str("#amp;"),
        // What would start an entity, Markdown, or a directive.
        '#' | '`' | '{' => {
            label.push('#');
            label.push_str(&u32::from(c).to_string());
            label.push(';');
        }
        c => label.push(c),
    }
}

/// A character of a quoted DOT label.
fn dot_char(c: char, label: &mut String) {
    match c {
        '"' | '\\' => label.extend(['\\', c]),
        // Graphviz replaces character references in labels.
        '&' => label.push_str("&amp;"),
        c => label.push(c),
    }
}

#[cfg(test)]
mod tests;
