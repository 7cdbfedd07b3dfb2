use crate::digest::Fingerprint;
use crate::drawing::{dot, mermaid};
use crate::spec::{Edge, FlowSpec, Location, NodeSpec, OnChange, OutputSpec, Overrides, Rules, TaskSpec};
use crate::template::Template;

const fn task(name: &'static str, target: Option<&'static str>) -> TaskSpec {
    TaskSpec {
        name,
        function: name,
        path: || "m::task",
        location: Location::new("m.rs", 1, 1),
        docs: "",
        version: "",
        checkpoint: true,
        // A drawing shows the source alone.
        target: match target {
            Some(source) => Some(Template { source, pieces: &[] }),
            None => None,
        },
        body: Fingerprint::from_bytes([0; 32]),
        asynchronous: false,
        on_change: OnChange::Reuse,
        rules: Rules::DEFAULT,
        parameters: &[],
        output: OutputSpec::memory::<()>(),
    }
}

const fn node(name: &'static str, task: &'static TaskSpec, edges: &'static [Edge]) -> NodeSpec {
    NodeSpec {
        name,
        task,
        location: Location::new("m.rs", 2, 5),
        edges,
        arguments: &[],
        overrides: Overrides::NONE,
        run: |_| unreachable!("a drawing runs nothing"),
    }
}

const fn flow(name: &'static str, nodes: &'static [NodeSpec], tail: Option<usize>) -> FlowSpec {
    FlowSpec {
        name,
        function: "f",
        module: "m",
        docs: "",
        location: Location::new("m.rs", 1, 1),
        zone: "UTC",
        params: &[],
        resources: &[],
        nodes,
        tail,
    }
}

const FETCH: TaskSpec = task("fetch", Some("<date:%Y-%m-%d>/<task_name>.json"));
const REPORT: TaskSpec = task("report", None);
const NASTY: TaskSpec = task("\"quoted\"\n\\ & #1; `code`", Some("{day}/<a>&lt;.txt"));

const PLAIN: FlowSpec = flow(
    "nightly",
    &[
        node("end", &FETCH, &[]),
        node("other", &REPORT, &[Edge::order(0)]),
        // Not in the order of the nodes: a drawing sorts them.
        node("report", &REPORT, &[Edge::order(1), Edge::data(0)]),
    ],
    Some(2),
);

const STRANGE: FlowSpec = flow("a \"b\" \\\u{1b}", &[node("größe", &NASTY, &[])], None);

#[test]
fn the_tasks_of_all_arms_are_shown() {
    #[crate::task(crate = crate, target = "<task_name>.txt")]
    fn heavy() -> u32 {
        1
    }

    #[crate::task(crate = crate)]
    fn light() -> u32 {
        2
    }

    crate::flow! {
        #[flow(crate = crate)]
        fn chosen(big: bool) -> u32 {
            r = if big { heavy() } else { light() };
            s = if *r > 1 { light() };
            r
        }
    }

    let text = mermaid(<chosen as crate::Flow>::SPEC);
    let nodes: Vec<&str> = text.lines().filter(|line| line.starts_with("    n")).collect();
    assert_eq!(
        nodes,
        [
            "    n0([\"r<br/>tasks heavy | light<br/>#lt;task_name#gt;.txt\"]):::tail",
            "    n1[\"s<br/>tasks light | none\"]",
            "    n0 --> n1"
        ]
    );
}

#[test]
fn mermaid_of_a_flow() {
    assert_eq!(
        mermaid(&PLAIN),
        r#"---
title: "nightly"
---
flowchart TD
    n0["end<br/>task fetch<br/>#lt;date:%Y-%m-%d#gt;/#lt;task_name#gt;.json"]
    n1["other<br/>task report"]
    n2(["report"]):::tail
    n0 -.-> n1
    n0 --> n2
    n1 -.-> n2
    classDef tail stroke-width:3px
"#
    );
}

#[test]
fn dot_of_a_flow() {
    assert_eq!(
        dot(&PLAIN),
        r#"digraph {
    label="nightly";
    labelloc=t;
    node [shape=box];
    n0 [label="end\ntask fetch\n<date:%Y-%m-%d>/<task_name>.json"];
    n1 [label="other\ntask report"];
    n2 [label="report", peripheries=2];
    n0 -> n1 [style=dashed];
    n0 -> n2;
    n1 -> n2 [style=dashed];
}
"#
    );
}

#[test]
fn what_would_be_syntax_is_escaped() {
    assert_eq!(
        mermaid(&STRANGE),
        r#"---
title: "a \"b\" \\\\u{1b}"
---
flowchart TD
    n0["größe<br/>task #quot;quoted#quot;\n\ #amp; #35;1; #96;code#96;<br/>#123;day}/#lt;a#gt;#amp;lt;.txt"]
"#
    );
    assert_eq!(
        dot(&STRANGE),
        r#"digraph {
    label="a \"b\" \\\\u{1b}";
    labelloc=t;
    node [shape=box];
    n0 [label="größe\ntask \"quoted\"\\n\\ &amp; #1; `code`\n{day}/<a>&amp;lt;.txt"];
}
"#
    );
}

#[test]
fn every_drawing_is_well_formed() {
    const AFTER_FIRST: &[Edge] = &[Edge::data(0)];
    let letters = [
        "a", "\"", "\\", "<", ">", "&", "#", ";", "\n", "{", "}", "]", "`", "%%", "-->", "é", "\u{0}",
    ];
    // Every text of three of these as every text that a drawing shows.
    for count in 0..letters.len().pow(3) {
        let places = [1, letters.len(), letters.len().pow(2)];
        let text = places
            .map(|place| letters[count / place % letters.len()])
            .concat();
        let text: &'static str = text.leak();
        let task = Box::leak(Box::new(task(text, Some(text))));
        let nodes = vec![node("a", &REPORT, &[]), node(text, task, AFTER_FIRST)];
        let flow = flow(text, nodes.leak(), Some(1));
        check_dot(&dot(&flow));
        check_mermaid(&mermaid(&flow));
    }
}

/// Takes a quoted string off the front: `"`, then characters or pairs of a backslash and any character, then `"`.
fn quoted(text: &str) -> (&str, &str) {
    let inner = text
        .strip_prefix('"')
        .unwrap_or_else(|| panic!("a string: {text}"));
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => assert!(chars.next().is_some(), "{text}"),
            '"' => return (&inner[..at], &inner[at + 1..]),
            c => assert!(!c.is_control(), "{text:?}"),
        }
    }
    panic!("no end of the string: {text}")
}

fn number(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    assert!(rest.len() < text.len(), "a number: {text}");
    rest
}

fn check_dot(text: &str) {
    let inner = text
        .strip_prefix("digraph {\n")
        .and_then(|text| text.strip_suffix("}\n"));
    for line in inner.unwrap_or_else(|| panic!("a digraph: {text}")).lines() {
        let line = line.strip_prefix("    ").unwrap();
        let statement = line.strip_suffix(';').unwrap();
        if let Some(title) = statement.strip_prefix("label=") {
            assert_eq!(quoted(title).1, "", "{line}");
        } else if let Some(rest) = statement
            .strip_prefix("n")
            .filter(|rest| !rest.starts_with("ode"))
        {
            let rest = number(rest);
            if let Some(label) = rest.strip_prefix(" [label=") {
                assert!(["]", ", peripheries=2]"].contains(&quoted(label).1), "{line}");
            } else {
                let rest = number(rest.strip_prefix(" -> n").unwrap());
                assert!(["", " [style=dashed]"].contains(&rest), "{line}");
            }
        } else {
            assert!(["labelloc=t", "node [shape=box]"].contains(&statement), "{line}");
        }
    }
}

fn check_mermaid(text: &str) {
    let text = text.strip_prefix("---\ntitle: ").unwrap();
    let (_, text) = quoted(text);
    for line in text.strip_prefix("\n---\nflowchart TD\n").unwrap().lines() {
        let line = line.strip_prefix("    ").unwrap();
        let Some(rest) = line.strip_prefix('n') else {
            assert_eq!(line, "classDef tail stroke-width:3px");
            continue;
        };
        let rest = number(rest);
        if let Some(label) = rest.strip_prefix("[\"").and_then(|rest| rest.strip_suffix("\"]")) {
            check_mermaid_label(label);
        } else if let Some(label) = rest
            .strip_prefix("([\"")
            .and_then(|rest| rest.strip_suffix("\"]):::tail"))
        {
            check_mermaid_label(label);
        } else {
            let to = rest
                .strip_prefix(" --> n")
                .or_else(|| rest.strip_prefix(" -.-> n"));
            assert_eq!(number(to.unwrap()), "", "{line}");
        }
    }
}

fn check_mermaid_label(label: &str) {
    let label = label.replace("<br/>", "");
    assert!(!label.contains(['"', '<', '>', '&', '`', '{']), "{label}");
    assert!(!label.contains(char::is_control), "{label:?}");
    for entity in label.split('#').skip(1) {
        let (name, _) = entity.split_once(';').unwrap();
        assert!(
            ["quot", "lt", "gt", "amp", "35", "96", "123"].contains(&name),
            "{label}"
        );
    }
}
