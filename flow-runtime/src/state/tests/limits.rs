//! What is read at all: JSON of a size, a shape and a version, from serde's formats too.

use serde_json::{Value, json};

use super::whole::{head, newer, whole};
use crate::state::{RunState, StateError};

/// A document without nodes, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Result<RunState, StateError> {
    let empty = RunState {
        children: std::collections::BTreeMap::new(),
        head: Some(Box::new(head())),
        nodes: Vec::new(),
    };
    let mut document = serde_json::to_value(&empty).unwrap();
    change(&mut document);
    RunState::from_json(document.to_string())
}

#[test]
fn what_is_longer_than_it_may_be_is_not_read() {
    let json = whole().to_json();
    assert!(RunState::from_json_within(&json, json.len()).is_ok());
    let error = RunState::from_json_within(&json, json.len() - 1).unwrap_err();
    assert!(matches!(error, StateError::TooLarge { size, limit } if size == json.len() && limit + 1 == size));
    assert!(error.advice().starts_with("raise the limit"));
    let spaces = vec![b' '; 10_000_001];
    assert!(matches!(
        RunState::from_json(spaces),
        Err(StateError::TooLarge { .. })
    ));
}

#[test]
fn what_is_no_run_state_is_an_error() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for text in [
        "",
        " ",
        "{",
        "nul",
        "[{]",
        "\u{feff}[]",
        "{\"a\": \"\\ud800\"}",
        &*deep,
        "[]x",
        "\u{0}",
    ] {
        let error = RunState::from_json(text).unwrap_err();
        assert!(
            matches!(error, StateError::Json(_) | StateError::Shape { .. }),
            "{text:.20}: {error:?}"
        );
        assert!(error.advice().starts_with("give the whole state"));
    }
    for text in [
        "null",
        "7",
        "\"x\"",
        "{}",
        "[1]",
        "[[]]",
        "{\"task\": {\"slug\": \"a\"}, \"state\": {}}",
    ] {
        let error = RunState::from_json(text).unwrap_err();
        assert!(matches!(error, StateError::Shape { .. }), "{text}: {error:?}");
    }
    assert!(RunState::from_json([0xff, 0xfe]).is_err());
    let empty = RunState::from_json(" \n[ ]\t").unwrap();
    assert_eq!(
        (empty.nodes().len(), empty.run_id(), empty.is_finished()),
        (0, None, true)
    );
}

#[test]
fn a_newer_version_says_so_whatever_its_shape() {
    for version in ["2.0", "2.7", "4294967295.0"] {
        let documents = [
            changed(|document| document["flow_state"] = json!(version)),
            RunState::from_json(json!({"flow_state": version, "nodes": {"a": 1}}).to_string()),
        ];
        for read in documents {
            let error = read.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("the run state has version {version}, and this program reads up to 1.0")
            );
            assert_eq!(error.advice(), "build this program with a newer flow");
        }
    }
    for version in [
        json!("0.9"),
        json!("1"),
        json!("1.0.0"),
        json!("01.0"),
        json!("1.+0"),
        json!(""),
        json!(1.0),
    ] {
        let error = changed(|document| document["flow_state"] = version.clone()).unwrap_err();
        assert!(matches!(error, StateError::Shape { .. }), "{version}: {error}");
    }
    // It stays a document of its version.
    for minor in [1, 7, u32::MAX] {
        let state = changed(|document| document["flow_state"] = json!(format!("1.{minor}"))).unwrap();
        assert!(
            state
                .to_json()
                .starts_with(&format!(r#"{{"flow_state":"1.{minor}","#))
        );
    }
}

#[test]
fn every_field_of_the_document_is_checked() {
    for (field, value, said) in [
        ("flow", json!(1), "expected a string"),
        (
            "fingerprint",
            json!("x"),
            "`fingerprint`: expected 22 characters of base64",
        ),
        ("run", json!("../x"), "`run`: \"../x\" is no run's id"),
        ("run", json!(""), "is no run's id"),
        ("slice", json!(-1), "invalid value"),
        ("slice", json!(u32::MAX), "4294967295 is more than there can be"),
        ("time", json!("2026-11-23T00:00:00"), "failed to find time zone"),
        ("time", json!("2026-11-23T00:00:00+01:00[Not/AZone]"), "Not/AZone"),
        ("started", json!("yesterday"), "failed to parse"),
        ("params", json!([]), "invalid type"),
        ("packed", json!({"x": "?"}), "`packed`: `x` is no base64"),
        ("packed", json!({"x": 7}), "`packed`: `x` is no base64"),
        (
            "packed",
            json!({"limit": "AA"}),
            "`limit` is both in `params` and in `packed`",
        ),
        ("nodes", json!({}), "invalid type"),
    ] {
        let error = changed(|document| document[field] = value.clone()).unwrap_err();
        assert!(
            matches!(error, StateError::Shape { .. }),
            "{field} {value}: {error:?}"
        );
        assert!(error.to_string().contains(said), "{field} {value}: {error}");
    }
    for field in [
        "flow_state",
        "flow",
        "fingerprint",
        "run",
        "slice",
        "time",
        "asked",
        "started",
        "nodes",
    ] {
        let error = changed(|document| {
            document.as_object_mut().unwrap().remove(field);
        })
        .unwrap_err();
        assert!(
            error.to_string().contains(&format!("missing field `{field}`")),
            "{error}"
        );
    }
    assert!(
        changed(|document| {
            document.as_object_mut().unwrap().remove("params");
        })
        .is_ok()
    );
}

/// A message of the author's own.
#[derive(serde::Serialize, serde::Deserialize)]
struct Message {
    state: RunState,
}

#[test]
fn it_goes_through_any_format_that_describes_itself() {
    for state in [whole(), newer()] {
        let value = serde_json::to_value(&state).unwrap();
        assert_eq!(serde_json::from_value::<RunState>(value).unwrap(), state);
        let packed = rmp_serde::to_vec_named(&state).unwrap();
        assert_eq!(rmp_serde::from_slice::<RunState>(&packed).unwrap(), state);
        let text = serde_json::to_string(&Message { state: state.clone() }).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&text).unwrap().state, state);
    }
    let error = serde_json::from_value::<RunState>(json!({"flow_state": "2.0"})).unwrap_err();
    assert!(
        error.to_string().contains("this program reads up to 1.0"),
        "{error}"
    );
}
