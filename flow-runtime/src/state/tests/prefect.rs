//! Documents that the real Prefect 1.4.1 wrote: each of its classes has its meaning here.

use serde_json::{Value, json};

use crate::state::{NodeState, RunState, StateType};

const STATES: &str = include_str!("../../../tests/prefect/states_bare.json");
const TASKS: &str = include_str!("../../../tests/prefect/tasks.json");
const LOOP: &str = include_str!("../../../tests/prefect/article_loop_by_slug.json");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn read(task: &Value, state: &Value) -> NodeState {
    let list = json!([{"task": task, "state": state}]).to_string();
    RunState::from_json(list).unwrap().nodes.remove(0)
}

#[test]
fn every_class_has_its_meaning() {
    use StateType::{
        Cached, Cancelled, Failed, Mapped, Paused, Pending, Retrying, Running, Scheduled, Skipped, Success,
        TimedOut, TriggerFailed,
    };
    // Class, what it is here, whether it waits for its time, its attempts.
    let meanings = [
        ("Cached", Cached, false, 0),
        ("Cancelled", Cancelled, false, 0),
        ("Cancelling", Cancelled, false, 0),
        ("ClientFailed", Failed, false, 0),
        ("Failed", Failed, false, 0),
        ("Finished", Cancelled, false, 0),
        ("Looped", Pending, false, 0),
        ("Mapped", Mapped, false, 0),
        ("Paused", Paused, false, 0),
        ("Pending", Pending, false, 0),
        ("Queued", Scheduled, true, 0),
        ("Resume", Scheduled, true, 0),
        ("Retrying", Retrying, true, 3),
        ("Running", Running, false, 0),
        ("Scheduled", Scheduled, true, 0),
        ("Skipped", Skipped, false, 0),
        ("Submitted", Pending, false, 0),
        ("Success", Success, false, 0),
        ("TimedOut", TimedOut, false, 0),
        ("TriggerFailed", TriggerFailed, false, 0),
        ("ValidationFailed", Failed, false, 0),
    ];
    let states = parsed(STATES);
    let states = states.as_object().unwrap();
    assert!(
        states
            .keys()
            .map(String::as_str)
            .eq(meanings.map(|(class, ..)| class))
    );
    let at = "2022-09-01T12:34:56.789012Z".parse().unwrap();
    for (class, kind, waits, attempts) in meanings {
        let node = read(&json!({"slug": "a"}), &states[class]);
        assert_eq!((node.state.kind, &*node.state.message), (kind, ""), "{class}");
        assert_eq!(node.not_before, waits.then_some(at), "{class}");
        assert_eq!(node.tries.attempts, attempts, "{class}");
        // Where Prefect has its result, or whether it has one, is not said in a way that means anything here.
        assert_eq!(
            (node.result, node.children, node.extra),
            (None, None, None),
            "{class}"
        );
    }
}

#[test]
fn what_prefect_passes_over_is_passed_over() {
    let states = parsed(STATES);
    let mut success = states["Success"].clone();
    for (field, value) in [
        ("__version__", json!(7)),
        ("whatever", json!({"deep": [[[]]]})),
        ("context", json!(null)),
        ("message", json!("Task run succeeded.")),
    ] {
        success[field] = value;
        let node = read(&json!({"slug": "a", "tags": ["x"], "type": 7}), &success);
        assert_eq!(node.state.kind, StateType::Success, "{field}");
    }
    assert_eq!(
        read(&json!({"slug": "a"}), &json!({"type": "Success"}))
            .state
            .message,
        ""
    );
    // What it does not read is not read here.
    success["message"] = json!(7);
    let list = json!([{"task": {"slug": "a"}, "state": success}]).to_string();
    assert!(RunState::from_json(list).is_err());
}

#[test]
fn tasks_are_known_by_their_slugs_or_their_names() {
    let tasks = parsed(TASKS);
    let states = parsed(STATES);
    for (slug, task) in tasks["after_flow_serialize"].as_object().unwrap() {
        let node = read(task, &states["Pending"]);
        assert_eq!((node.slug(), node.is_unnamed), (&**slug, false));
        assert_eq!(node.task(), task["name"].as_str().unwrap());
    }
    for (name, task) in tasks["before_flow_serialize"].as_object().unwrap() {
        let node = read(task, &states["Pending"]);
        let (task_name, _) = name.split_once('/').unwrap();
        assert_eq!(node.task(), task_name);
        assert_eq!(node.is_unnamed, task["slug"].is_null(), "{name}");
        assert_eq!(node.slug(), task["slug"].as_str().unwrap_or(task_name));
    }
}

#[test]
fn every_list_that_the_article_published_is_read_and_written_again() {
    let rounds = parsed(LOOP);
    for (round, published) in rounds.as_array().unwrap().iter().enumerate() {
        let state = RunState::from_json(published["published"].to_string()).unwrap();
        let done = state
            .nodes()
            .filter(|node| node.state().kind == StateType::Success)
            .count();
        assert_eq!((state.nodes().len(), done), (8, round + 1));
        assert!(
            state
                .nodes()
                .all(|node| node.slug() == format!("{}-1", node.task()))
        );
        let again = RunState::from_json(state.to_list_json()).unwrap();
        assert_eq!(again, state);
    }
}
