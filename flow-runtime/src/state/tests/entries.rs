//! The entries of a run state: what is read of them, and what has no meaning.

use serde_json::{Value, json};

use super::whole::{head, started};
use crate::state::{NodeState, ResultPlace, RunState, StateError, StateType};

/// A document with one node in this state; `task` and `state` are what stands there.
fn document_of(task: &Value, state: &Value) -> String {
    let empty = RunState {
        children: std::collections::BTreeMap::new(),
        head: Some(Box::new(head())),
        nodes: Vec::new(),
    };
    let mut document = serde_json::to_value(&empty).unwrap();
    document["nodes"] = json!([{"task": task, "state": state}]);
    document.to_string()
}

fn document(state: &Value) -> Result<NodeState, StateError> {
    let json = document_of(&json!({"slug": "a", "name": "t"}), state);
    Ok(RunState::from_json(json)?.nodes.remove(0))
}

/// The same as a bare list.
fn list(state: &Value) -> Result<NodeState, StateError> {
    let json = json!([{"task": {"slug": "a", "name": "t"}, "state": state}]).to_string();
    Ok(RunState::from_json(json)?.nodes.remove(0))
}

/// What an error says, with what is behind it.
fn said(error: &StateError) -> String {
    crate::failure::chain(error)
}

#[test]
fn a_state_needs_its_type_alone() {
    for read in [document, list] {
        let node = read(&json!({"type": "Success"})).unwrap();
        assert_eq!((node.slug(), node.task()), ("a", "t"));
        assert_eq!((node.state.kind, &*node.state.message), (StateType::Success, ""));
        assert_eq!((node.attempts(), node.result, node.made), (0, None, None));
        let node = read(&json!({"type": "Success", "message": null, "attempts": 2, "arm": 0})).unwrap();
        assert_eq!((node.attempts(), node.arm), (2, Some(0)));
    }
}

#[test]
fn times_with_z_an_offset_or_neither_are_read() {
    let at = "2022-09-01T12:34:56.789012Z".parse().unwrap();
    for text in [
        "2022-09-01T12:34:56.789012Z",
        "2022-09-01T12:34:56.789012+00:00",
        "2022-09-01T12:34:56.789012",
        "2022-09-01 12:34:56.789012",
        "2022-09-01T14:34:56.789012+02:00",
        "2022-09-01T14:34:56.789012999+02:00",
    ] {
        for read in [document, list] {
            let node = read(&json!({"type": "Retrying", "start_time": text})).unwrap();
            assert_eq!(node.not_before, Some(at), "{text}");
        }
    }
    for text in ["", "tomorrow", "12:34", "2022-13-01T00:00:00Z", "1662035696"] {
        let error = list(&json!({"type": "Retrying", "start_time": text})).unwrap_err();
        assert!(matches!(error, StateError::Shape { .. }), "{text}: {error}");
    }
    let node = list(&json!({"type": "Scheduled", "start_time": null})).unwrap();
    assert_eq!(node.not_before, None);
}

#[test]
fn prefects_counts_may_be_text() {
    for (count, attempts) in [
        (json!(2), 2),
        (json!("2"), 2),
        (json!(" 2 "), 2),
        (json!(2.0), 2),
        (json!(null), 0),
        (json!(1_073_741_824), 1_073_741_824),
    ] {
        let node = list(&json!({"type": "Retrying", "run_count": count})).unwrap();
        // An attempt that is repeated has used one of the node's retries.
        assert_eq!(
            (node.tries.attempts, node.tries.retries),
            (attempts, attempts),
            "{count}"
        );
        let node = list(&json!({"type": "Success", "run_count": count})).unwrap();
        assert_eq!(
            (node.tries.attempts, node.tries.retries),
            (attempts, 0),
            "{count}"
        );
    }
    for count in [
        json!(-1),
        json!("x"),
        json!(""),
        json!(1.5),
        json!(1_073_741_825),
        json!([1]),
        json!(true),
    ] {
        let error = list(&json!({"type": "Retrying", "run_count": count})).unwrap_err();
        assert!(
            said(&error).contains("expected a count up to 1073741824"),
            "{count}: {error}"
        );
    }
}

#[test]
fn what_a_document_cannot_say_is_an_error() {
    let digest = "A".repeat(22);
    let made = "A".repeat(16);
    for (state, message) in [
        (json!({}), "missing field `type`"),
        (json!({"type": 7}), "invalid type: integer `7`, expected a string"),
        (
            json!({"type": "Success", "attempts": -1}),
            "invalid value: integer `-1`, expected u64",
        ),
        (
            json!({"type": "Success", "attempts": 4_000_000_000_u32}),
            "4000000000 is more than there can be",
        ),
        (
            json!({"type": "Success", "deaths": "1"}),
            "invalid type: string \"1\", expected u64",
        ),
        (json!({"type": "Success", "at": 1.5}), "expected i64"),
        (
            json!({"type": "Success", "at": i64::MAX}),
            "node `a`: a time is out of range",
        ),
        (json!({"type": "Success", "took": -1}), "expected u64"),
        (
            json!({"type": "Success", "took": u64::MAX}),
            "node `a`: `took` is out of range",
        ),
        (
            json!({"type": "Success", "digest": "AAA"}),
            "node `a`: `digest`: expected 22 characters of base64",
        ),
        (
            json!({"type": "Success", "made": "AAA"}),
            "node `a`: `made` is not 16 characters of base64",
        ),
        (
            json!({"type": "Success", "inline": "A"}),
            "node `a`: `inline` is no base64",
        ),
        (
            json!({"type": "Success", "inline": "+/8"}),
            "node `a`: `inline` is no base64",
        ),
        (
            json!({"type": "Pending", "details": "?"}),
            "node `a`: `details` is no base64",
        ),
        (
            json!({"type": "Success", "inline": "AA", "location": "a.json"}),
            "node `a`: its result is both `inline` and at a `location`",
        ),
        (
            json!({"type": "Failed", "digest": digest}),
            "node `a`: it is Failed, and yet has a result",
        ),
        (
            json!({"type": "Pending", "inline": "AA"}),
            "node `a`: it is Pending, and yet has a result",
        ),
        (
            json!({"type": "Skipped", "location": "a.json"}),
            "node `a`: it is Skipped, and yet has a result",
        ),
        (
            json!({"type": "Running", "made": made}),
            "node `a`: it is Running, and yet has a result",
        ),
        (
            json!({"type": "Success", "start_time": "2022-09-01T12:34:56Z"}),
            "node `a`: it is Success, and yet waits for a `start_time`",
        ),
        (
            json!({"type": "Success", "past": [[1, 2, "Failed"]]}),
            "invalid length 3",
        ),
        (
            json!({"type": "Success", "past": [{"attempt": 1, "at": 0, "type": "Failed", "message": "", "x": 1}]}),
            "unknown field `x`",
        ),
        (
            json!({"type": "Mapped", "children": {"total": 1, "finished": 1}}),
            "missing field `segments`",
        ),
        (
            json!({"type": "Mapped", "children": {"total": 1, "finished": 1, "segments": 1, "x": 1}}),
            "unknown field `x`",
        ),
        (json!({"type": "Success", "arm": -1}), "expected u32"),
    ] {
        let error = document(&state).unwrap_err();
        assert!(matches!(error, StateError::Shape { .. }), "{state}: {error:?}");
        assert!(error.to_string().starts_with("the run state has another shape: "));
        assert!(said(&error).contains(message), "{state}: {error}");
        assert!(
            error
                .advice()
                .starts_with("give the whole state as it was published")
        );
    }
}

#[test]
fn a_list_passes_over_what_says_nothing_of_such_a_state() {
    let node =
        list(&json!({"type": "Failed", "digest": "A".repeat(22), "inline": "AA", "_result": null})).unwrap();
    assert_eq!((node.result, node.extra), (None, None));
    let node = list(&json!({"type": "Paused", "start_time": "2022-09-01T12:34:56"})).unwrap();
    assert_eq!(node.not_before, None);
    let node = list(&json!({"type": "Success", "at": 7, "context": {}, "__version__": "1.4.1"})).unwrap();
    assert_eq!((node.ended, node.extra), (None, None));
    // Whatever it is of: a result is somewhere, and not in two places.
    let both = json!({"type": "Success", "inline": "AA", "location": "a.json"});
    assert!(matches!(list(&both), Err(StateError::Shape { .. })));
}

#[test]
fn base64_may_be_padded() {
    for text in ["-_8", "-_8="] {
        let node = document(&json!({"type": "Success", "inline": text})).unwrap();
        assert_eq!(node.result.unwrap().place, ResultPlace::Inline(vec![0xfb, 0xff]));
    }
}

#[test]
fn places_outside_the_store_are_errors() {
    for place in [
        "",
        "/etc/passwd",
        "../a",
        "a/../b",
        "a//b",
        ".",
        "a/",
        "C:\\x",
        "a\u{0}b",
        "a\\b",
    ] {
        for read in [document, list] {
            let error = read(&json!({"type": "Success", "location": place})).unwrap_err();
            assert!(
                matches!(error, StateError::Location { .. }),
                "{place:?}: {error:?}"
            );
            assert!(
                said(&error)
                    .starts_with("the result of node `a` cannot lie where the run state says\n  because: ")
            );
            assert!(error.advice().starts_with("only places in the store are read"));
        }
    }
    for location in [".flow/runs/r/results/a", ".flow/stored/r/results/a"] {
        let spilled = list(&json!({"type": "Success", "location": location})).unwrap();
        assert!(matches!(spilled.result.unwrap().place, ResultPlace::Spilled(_)));
    }
    let beside = list(&json!({"type": "Success", "location": ".flow/runs-of-mine"})).unwrap();
    assert!(matches!(beside.result.unwrap().place, ResultPlace::Target(_)));
}

#[test]
fn a_type_that_is_no_state_is_an_error() {
    for found in ["", "success", "Success ", "Done", "prefect.engine.state.Success"] {
        for read in [document, list] {
            let error = read(&json!({"type": found})).unwrap_err();
            assert!(
                matches!(&error, StateError::UnknownState { slug, found: kind } if slug == "a" && kind == found)
            );
            assert_eq!(
                error.to_string(),
                format!("node `a` of the run state has the type `{found}`, which is no state")
            );
            assert!(error.advice().starts_with("write one of Prefect's states"));
        }
    }
    let past = json!([{"attempt": 1, "at": 0, "type": "Done", "message": ""}]);
    let error = document(&json!({"type": "Success", "past": past})).unwrap_err();
    assert!(matches!(error, StateError::UnknownState { .. }));
}

#[test]
fn a_list_may_name_tasks_and_a_document_names_nodes() {
    let read =
        |task: Value| RunState::from_json(json!([{"task": task, "state": {"type": "Pending"}}]).to_string());
    let named = read(json!({"slug": null, "name": "my task"})).unwrap();
    assert_eq!(
        (named.nodes[0].slug(), named.nodes[0].is_unnamed),
        ("my task", true)
    );
    assert_eq!(
        named.to_list_json(),
        r#"[{"task":{"slug":null,"name":"my task"},"state":{"type":"Pending","message":""}}]"#
    );
    assert_eq!(read(json!({"name": "t"})).unwrap().nodes[0].slug(), "t");
    assert_eq!(read(json!({"slug": "case(1)-1"})).unwrap().nodes[0].task(), "");
    for task in [json!({"slug": null}), json!({"name": ""}), json!({})] {
        let error = read(task).unwrap_err();
        assert!(
            said(&error).ends_with("a task has neither `slug` nor `name`"),
            "{error}"
        );
    }

    let state = json!({"type": "Pending"});
    for slug in ["", "a b", "a/", "a[", "a[01]", "a]"] {
        let error = RunState::from_json(document_of(&json!({"slug": slug}), &state)).unwrap_err();
        assert!(
            matches!(&error, StateError::Slug(invalid) if invalid.text == slug),
            "{slug}: {error:?}"
        );
        assert!(
            error
                .advice()
                .starts_with("give the whole state as it was published")
        );
    }
    let error = RunState::from_json(document_of(&json!({"slug": null, "name": "t"}), &state)).unwrap_err();
    assert!(said(&error).ends_with("a task has no `slug`"), "{error}");
    let read = RunState::from_json(document_of(&json!({"slug": r#"a["x y"]/b"#}), &state)).unwrap();
    assert_eq!(read.nodes[0].slug(), r#"a["x y"]/b"#);
}

#[test]
fn times_are_told_from_the_start_of_the_run() {
    let node = document(&json!({"type": "Success", "at": -1_500, "took": 3})).unwrap();
    assert_eq!(
        node.ended,
        Some(started() - jiff::SignedDuration::from_millis(1_500))
    );
    assert_eq!(node.took.as_millis(), 3);
}

#[test]
fn the_first_and_the_last_moment_are_stored() {
    use jiff::Timestamp;
    for at in [
        Timestamp::MIN,
        Timestamp::MAX,
        Timestamp::UNIX_EPOCH,
        "1969-12-31T23:59:59.9999995Z".parse().unwrap(),
    ] {
        let stored = crate::state::stored_time(at);
        assert_eq!(crate::state::stored_time(stored), stored);
        assert_eq!(crate::state::time_of(stored.as_microsecond()).unwrap(), stored);
        assert!(
            at.duration_since(stored).abs() < jiff::SignedDuration::from_micros(1),
            "{at}"
        );
    }
    assert!(crate::state::time_of(i64::MAX).is_err() && crate::state::time_of(i64::MIN).is_err());
}
