//! A run state that has every field which can occur, for the golden files.

use core::time::Duration;

use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::{Map, Value, json};

use crate::digest::{Digest, ShortDigest};
use crate::hook::PastAttempt;
use crate::plan::Tries;
use crate::state::{
    Children, Extra, Head, NodeState, ParamText, ResultPlace, RunState, Signature, State, StateType,
    StoredParam, StoredResult,
};
use crate::store::StorePath;

pub(crate) fn digest(of: &str) -> ShortDigest {
    Digest::of(of.as_bytes()).into()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// When the run started.
pub(crate) fn started() -> Timestamp {
    "2026-11-22T23:00:00.123456Z".parse().unwrap()
}

fn after(millis: i64) -> Timestamp {
    started() + SignedDuration::from_millis(millis)
}

pub(crate) fn head() -> Head {
    let time: Zoned = "2026-11-23T00:00:00+01:00[Europe/Berlin]".parse().unwrap();
    let json = |name: &str, value: Value| StoredParam {
        name: name.to_owned(),
        value: ParamText::Json(value),
    };
    let packed = |name: &str, bytes: &[u8]| StoredParam {
        name: name.to_owned(),
        value: ParamText::Packed(bytes.to_vec()),
    };
    Head {
        flow: "mine::reports::nightly".to_owned(),
        fingerprint: digest("flow"),
        run_id: "20261122T230000.123456Z-5e0c41d2".to_owned(),
        slice: 7,
        time,
        asked: "2026-11-23[Europe/Berlin]".to_owned(),
        started: started(),
        params: vec![
            json("limit", json!(1000)),
            json("name", json!("größe \"x\" \\ \u{1} \u{2028} 😀")),
            packed("nan", &[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]),
            json("nested", json!({"a": [1.5, null, true, -7], "b": {}})),
            // A map whose keys are pairs.
            packed("pairs", &[0x81, 0x92, 1, 2, 0xa1, b'x']),
        ],
        extra: Map::new(),
        minor: 0,
    }
}

fn node(slug: &str, task: &str, kind: StateType, message: &str) -> NodeState {
    NodeState {
        state: State::new(kind, message),
        ..NodeState::pending(slug, task)
    }
}

fn ended(slug: &str, task: &str, kind: StateType, message: &str) -> NodeState {
    NodeState {
        tries: Tries {
            attempts: 1,
            retries: 0,
        },
        ended: Some(after(5_310)),
        took: Duration::from_millis(5_301),
        ..node(slug, task, kind, message)
    }
}

fn with(node: NodeState, place: ResultPlace) -> NodeState {
    NodeState {
        result: Some(StoredResult {
            digest: Some(digest(&node.slug)),
            place,
        }),
        made: Some(Signature::from_bytes(*b"takoutedgtar")),
        ..node
    }
}

fn past(number: u32, millis: i64, kind: StateType, message: &str) -> PastAttempt {
    PastAttempt {
        number,
        ended: after(millis),
        state: State::new(kind, message),
    }
}

fn path(text: &str) -> StorePath {
    StorePath::new(text).unwrap()
}

/// A node in every state, a result in every place, slugs of every kind.
pub(crate) fn whole() -> RunState {
    use StateType::{
        Cached, Cancelled, Failed, Mapped, Paused, Pending, Retrying, Running, Scheduled, Skipped, Success,
        TimedOut, TriggerFailed,
    };
    let retrying = NodeState {
        tries: Tries {
            attempts: 3,
            retries: 1,
        },
        deaths: 1,
        not_before: Some(after(3_600_000)),
        details: Some(vec![0x81, 0xa4, b'p', b'a', b'g', b'e', 7]),
        past: vec![
            past(1, -4, Failed, ""),
            past(3, 1_200, Retrying, "connection reset"),
        ],
        ..node("rows", "fetch", Retrying, "connection reset")
    };
    let mapped = NodeState {
        children: Some(Children {
            total: 1_000_000,
            finished: 1_000_000,
            segments: 12,
        }),
        ..ended("pages", "page", Mapped, "")
    };
    let nodes = vec![
        node("later", "wait", Pending, ""),
        NodeState {
            not_before: Some(after(1_000)),
            ..node("at_noon", "wait", Scheduled, "at noon")
        },
        retrying,
        node("approval", "ask", Paused, "somebody has to look"),
        NodeState {
            tries: Tries {
                attempts: 1,
                retries: 0,
            },
            ..node("busy", "work", Running, "")
        },
        with(ended("table", "table", Success, ""), ResultPlace::Rendered),
        with(
            ended(
                "chart",
                "chart",
                Cached,
                "unchanged since run 20261121T230000.000001Z-1b2c3d4e",
            ),
            ResultPlace::Target(path("charts/north/2026-11-23.bin")),
        ),
        with(
            mapped,
            ResultPlace::Spilled(path(
                ".flow/runs/20261122T230000.123456Z-5e0c41d2/results/7-pages",
            )),
        ),
        with(
            ended(
                r#"pages["https://x/\"y\""][18446744073709551615]"#,
                "page",
                Success,
                "",
            ),
            ResultPlace::Inline(vec![0xfb, 0xff, 0xfe, 0]),
        ),
        with(
            ended("pages[3]", "page", Success, ""),
            ResultPlace::Inline(Vec::new()),
        ),
        NodeState {
            arm: Some(1),
            made: Some(Signature::from_bytes([0; 12])),
            ..ended("yearly/größe", "choose", Success, "its result has gone")
        },
        ended("holiday", "holiday", Skipped, "no working day"),
        ended("sums", "sum", Failed, "error \"x\" at\nline 2 \u{1b}[1m"),
        ended("slow", "slow", TimedOut, "it took longer than 5 m"),
        node("report", "report", TriggerFailed, "`sums` is Failed"),
        node("mail", "mail", Cancelled, "the run was cancelled"),
        NodeState {
            not_before: Some(after(7_000)),
            details: Some(vec![0xc0]),
            past: vec![past(1, 900, Retrying, "no luck")],
            ..ended(
                "cut_short",
                "fetch",
                Cancelled,
                "no luck, and the run ended before its next attempt",
            )
        },
    ];
    RunState {
        children: std::collections::BTreeMap::new(),
        head: Some(Box::new(head())),
        nodes,
    }
}

/// The same as a newer minor version may have written it.
pub(crate) fn newer() -> RunState {
    let mut state = whole();
    state.nodes.truncate(1);
    let head = state.head.as_mut().unwrap();
    head.minor = 3;
    head.params.clear();
    head.extra = object(json!({"trace": "00-4bf9", "labels": {"team": ["a", 1]}}));
    state.nodes[0].extra = Some(Box::new(Extra {
        node: object(json!({"cost": 1.25})),
        task: object(json!({"pool": "large"})),
        state: object(json!({"progress": null})),
    }));
    state
}
