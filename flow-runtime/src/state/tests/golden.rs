//! The run state document, version 1.0, pinned byte for byte. `BLESS=1` writes the files anew: for a new version, beside
//! the old ones, which stay readable for ever.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::whole::{digest, newer, whole};
use crate::digest::Fingerprint;
use crate::plan::Tolerance;
use crate::spec::{
    Argument, Edge, FlowSpec, Location, NodeSpec, OnChange, OutputSpec, Overrides, ParamSpec, ParameterSpec,
    ResourceSpec, Rules, Source, TaskSpec,
};
use crate::state::{RunState, Signature, fingerprint};
use crate::template::{Piece, Template};

/// The pinned file, written anew first if that is asked for.
fn golden(name: &str, written: &RunState) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("BLESS").is_some() {
        let mut text = serde_json::to_string_pretty(written).unwrap();
        text.push('\n');
        fs::write(&file, text).unwrap();
    }
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// JSON without the white space between its tokens.
fn compact(json: &str) -> String {
    let mut out = String::new();
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        if in_text || !c.is_ascii_whitespace() {
            out.push(c);
        }
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
    }
    out
}

#[test]
fn version_1_0_is_written_and_read_byte_for_byte() {
    for (name, state) in [("state-v1.0.json", whole()), ("state-v1.3.json", newer())] {
        let pinned = golden(name, &state);
        assert_eq!(state.to_json(), compact(&pinned), "{name}");
        // As it was written, and as another program may have laid it out.
        for json in [pinned.clone(), compact(&pinned)] {
            assert_eq!(RunState::from_json(&json).unwrap(), state, "{name}");
        }
        let value: serde_json::Value = serde_json::from_str(&pinned).unwrap();
        assert_eq!(
            serde_json::from_value::<RunState>(value).unwrap(),
            state,
            "{name}"
        );
    }
}

#[test]
fn the_bare_list_is_written_and_read_byte_for_byte() {
    let mut state = whole();
    state.head = None;
    for node in &mut state.nodes {
        // A list does not say when the run started, and so not when its nodes ended.
        node.ended = None;
        for attempt in &mut node.past {
            attempt.ended = Timestamp::from_millisecond(attempt.ended.as_millisecond()).unwrap();
        }
    }
    let pinned = golden("state-list-v1.json", &state);
    assert_eq!(whole().to_list_json(), compact(&pinned));
    assert_eq!(RunState::from_json(&pinned).unwrap(), state);
}

/// Two nodes; in the second a data edge, an order edge that comes to nothing, a target.
static TASK: TaskSpec = TaskSpec {
    name: "rows",
    function: "rows",
    path: || "mine::fetch::rows",
    location: Location::new("", 1, 1),
    docs: "",
    version: "2",
    checkpoint: true,
    target: Some(Template {
        source: "<date>/<task_name>.json",
        pieces: &[Piece::Text("x")],
    }),
    body: Fingerprint::from_bytes([0; 32]),
    asynchronous: false,
    on_change: OnChange::Reuse,
    rules: Rules::DEFAULT,
    parameters: &[ParameterSpec::new("of").tolerating(Tolerance::Nothing)],
    output: OutputSpec::json::<u32>(),
};

const fn node(name: &'static str, edges: &'static [Edge], arguments: &'static [Argument]) -> NodeSpec {
    NodeSpec {
        name,
        task: &TASK,
        location: Location::new("", 1, 1),
        edges,
        arguments,
        overrides: Overrides::NONE,
        run: |_| panic!("it is not run"),
    }
}

static FLOW: FlowSpec = FlowSpec {
    name: "nightly",
    function: "nightly",
    module: "mine",
    docs: "",
    location: Location::new("", 1, 1),
    zone: "UTC",
    params: &[ParamSpec::new::<u32>(
        "limit",
        "u32",
        |_| None,
        |_| Err(String::new()),
    )],
    resources: &[],
    nodes: &[
        node("first", &[], &[]),
        node("between", &[Edge::order(0)], &[]),
        node(
            "last",
            &[Edge::data(0), Edge::order(1)],
            &[Argument::positional(Source::Node(0))],
        ),
    ],
    tail: None,
};

const RESOURCES: &[ResourceSpec] = &[ResourceSpec {
    name: "http",
    type_text: "Client",
    location: Location::new("", 1, 1),
    constructor: None,
    take: |_| None,
}];

#[test]
fn what_is_stored_of_a_flow_is_computed_as_it_was() {
    // Another value, and no run would go on with a new version of this crate.
    assert_eq!(fingerprint(&FLOW).to_string(), "CjNzFN2SPUR-mWJGdRlW9A");
    let made = |node: usize| Signature::of(&FLOW, &FLOW.nodes[node]).to_string();
    assert_eq!(
        [made(0), made(1), made(2)],
        ["W2TnGUfHAAAABxl1", "W2TnGUfHAAAABxl1", "W2TnGUfHbWdOBxl1"]
    );
    // A flow with resources goes on as the one without.
    let with_resources = FlowSpec {
        resources: RESOURCES,
        ..FLOW
    };
    assert_eq!(fingerprint(&with_resources), fingerprint(&FLOW));
    let mut head = super::whole::head();
    assert_eq!(head.identity().to_string(), "3GGJX5Nt4GVSVcvtGfo8BA");
    // Only these identify a run.
    head.fingerprint = digest("another");
    head.slice += 1;
    head.run_id.push('x');
    head.started += jiff::SignedDuration::from_secs(1);
    assert_eq!(head.identity(), super::whole::head().identity());
}

/// The ends of time, a zone without a name, a message of every character: nothing of a state stops it from being written.
#[test]
fn every_state_can_be_written() {
    let mut state = whole();
    let zone = jiff::tz::TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
    for time in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        let head = state.head.as_mut().unwrap();
        head.time = time.to_zoned(zone.clone());
        head.started = time;
        for node in &mut state.nodes {
            node.ended = Some(time);
            node.state.message = (char::MIN..=char::MAX).step_by(97).collect();
        }
        assert!(state.to_json().starts_with('{') && state.to_list_json().starts_with('['));
    }
}
