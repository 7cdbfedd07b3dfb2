//! A run state and the flow that is to go on from it: which entry is which node.

use serde_json::json;

use super::whole::{digest, head};
use crate::flow::Flow as _;
use crate::state::{
    Change, NodeState, ResultPlace, RunState, Signature, State, StateError, StateType, StoredResult,
    fingerprint, fit,
};
use crate::{flow, task};

#[task]
fn load(number: u32) -> u32 {
    number
}

#[task(name = "add up")]
fn sum(x: u32, y: u32) -> u32 {
    x + y
}

#[task]
fn told(sum: u32) -> u32 {
    sum
}

flow! {
    /// `told` is the name of a node, and of another node's task.
    fn sums() {
        a = load(1);
        told = load(2);
        total = sum(a, told);
        last = told(total);
    }
}

/// A document of the flow, with a result in each node.
fn document() -> RunState {
    let mut head = head();
    head.flow = sums::SPEC.path();
    head.fingerprint = fingerprint(sums::SPEC);
    let node = |spec: &crate::spec::NodeSpec| {
        let mut node = NodeState::pending(spec.name, spec.task.name);
        node.state = State::new(StateType::Success, "");
        node.result = Some(StoredResult {
            digest: Some(digest(spec.name)),
            place: ResultPlace::Inline(vec![1]),
        });
        node.made = Some(Signature::of(sums::SPEC, spec));
        node
    };
    RunState {
        children: std::collections::BTreeMap::new(),
        head: Some(Box::new(head)),
        nodes: sums::SPEC.nodes.iter().map(node).collect(),
    }
}

/// The document of a program whose flow was another one, so that nodes are looked at.
fn edited() -> RunState {
    let mut state = document();
    state.head.as_mut().unwrap().fingerprint = digest("another flow");
    state
}

/// Which node an entry of a bare list is.
fn found(task: &serde_json::Value) -> Result<&'static str, StateError> {
    let list = json!([{"task": task, "state": {"type": "Pending"}}]).to_string();
    let fitted = fit(RunState::from_json(list)?, sums::SPEC)?;
    let index = fitted.nodes.iter().position(Option::is_some).unwrap();
    Ok(sums::SPEC.nodes[index].name)
}

#[test]
fn an_entry_is_found_by_node_by_prefects_slug_and_by_its_task_alone() {
    for (task, node) in [
        (json!({"slug": "a"}), "a"),
        (json!({"slug": "a", "name": "whatever"}), "a"),
        (json!({"slug": "total"}), "total"),
        // Prefect's: the task's name, and the how manieth of this name it is in the order of statements.
        (json!({"slug": "load-1"}), "a"),
        (json!({"slug": "load-2"}), "told"),
        (json!({"slug": "add up-1"}), "total"),
        (json!({"slug": "told-1"}), "last"),
        (json!({"slug": "add up"}), "total"),
        // A node's name comes before a task's …
        (json!({"slug": "told"}), "told"),
        (json!({"slug": "told", "name": "told"}), "told"),
        // … but where there is no slug, the name is the task's.
        (json!({"slug": null, "name": "told"}), "last"),
        (json!({"name": "add up"}), "total"),
    ] {
        assert_eq!(found(&task).unwrap(), node, "{task}");
    }
}

#[test]
fn what_may_be_several_nodes_is_an_error_that_names_them() {
    for task in [json!({"slug": "load"}), json!({"slug": null, "name": "load"})] {
        let error = found(&task).unwrap_err();
        let StateError::AmbiguousNode { nodes, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(nodes, &["a", "told"]);
        assert!(
            error
                .to_string()
                .contains("`load` in the run state may be any of the nodes `a`, `told` of flow")
        );
        assert_eq!(error.advice(), "write the node's own name as its slug");
    }
}

#[test]
fn what_is_no_node_is_an_error_that_names_a_near_one() {
    for (slug, near) in [
        ("totel", Some("total")),
        ("load-0", None),
        ("load-3", None),
        ("load-", None),
        ("-1", None),
        ("load-99999999999999999999", None),
        ("", None),
        ("a[3]", None),
        ("xyz/total", None),
    ] {
        let error = found(&json!({"slug": slug})).unwrap_err();
        let StateError::UnknownNode {
            near: meant,
            slug: unknown,
            ..
        } = &error
        else {
            panic!("{slug}: {error:?}");
        };
        assert_eq!(unknown, slug);
        if near.is_some() {
            assert_eq!(*meant, near, "{slug}");
        }
        assert!(
            error
                .advice()
                .starts_with("go on with the program that wrote the state, or start a new run")
        );
    }
}

#[test]
fn one_node_cannot_be_there_twice() {
    for slugs in [["a", "a"], ["a", "load-1"], ["total", "add up"]] {
        let entry = |slug: &str| json!({"task": {"slug": slug}, "state": {"type": "Pending"}});
        let list = json!(slugs.map(entry)).to_string();
        let error = fit(RunState::from_json(list).unwrap(), sums::SPEC).unwrap_err();
        assert!(
            matches!(&error, StateError::TwiceTheSameNode { .. }),
            "{slugs:?}: {error:?}"
        );
        assert_eq!(error.advice(), "keep one of both");
    }
}

#[test]
fn entries_may_stand_in_any_order_and_be_missing() {
    let mut state = edited();
    state.nodes.reverse();
    state.nodes.remove(1);
    let fitted = fit(state, sums::SPEC).unwrap();
    let names: Vec<Option<&str>> = fitted
        .nodes
        .iter()
        .map(|node| node.as_ref().map(NodeState::slug))
        .collect();
    assert_eq!(names, [Some("a"), Some("told"), None, Some("last")]);
}

#[test]
fn the_state_of_another_flow_is_an_error_that_names_both() {
    let mut state = document();
    state.head.as_mut().unwrap().flow = "mine::nightly".to_owned();
    let error = fit(state, sums::SPEC).unwrap_err();
    assert!(matches!(&error, StateError::OtherFlow { recorded, .. } if recorded == "mine::nightly"));
    assert_eq!(error.advice(), "name the flow of the state");
}

#[test]
fn a_result_that_is_made_otherwise_now_is_an_error() {
    assert!(fit(edited(), sums::SPEC).is_ok());
    for (byte, change, said) in [
        (0, Change::Task, "its task is another now"),
        (3, Change::OutputType, "its output type is another now"),
        (
            6,
            Change::Edges,
            "the nodes whose results it takes are another now",
        ),
        (9, Change::Target, "its target is another now"),
    ] {
        let mut state = edited();
        let made = state.nodes[2].made.as_mut().unwrap();
        let mut bytes = *made.as_bytes();
        bytes[byte] ^= 1;
        *made = Signature::from_bytes(bytes);
        // Also of a result that has gone: what was made of it stays.
        for result in [state.nodes[2].result.clone(), None] {
            let mut state = state.clone();
            state.nodes[2].result = result;
            let error = fit(state, sums::SPEC).unwrap_err();
            assert!(
                matches!(&error, StateError::Changed { node: "total", change: is, .. } if *is == change),
                "{error:?}"
            );
            assert!(error.to_string().ends_with(said), "{error}");
            assert!(
                error
                    .advice()
                    .starts_with("go on with the program that wrote the state")
            );
        }
        // What has no result yet follows the flow as it is now.
        for kind in [
            StateType::Pending,
            StateType::Failed,
            StateType::Skipped,
            StateType::Retrying,
        ] {
            let mut state = state.clone();
            state.nodes[2].state.kind = kind;
            assert!(fit(state, sums::SPEC).is_ok(), "{kind}");
        }
    }
}

#[test]
fn a_list_may_say_which_task_made_a_result() {
    let read = |task: serde_json::Value, kind: &str| {
        let list = json!([{"task": task, "state": {"type": kind}}]).to_string();
        fit(RunState::from_json(list).unwrap(), sums::SPEC)
    };
    assert!(read(json!({"slug": "a"}), "Success").is_ok());
    assert!(read(json!({"slug": "a", "name": "load"}), "Success").is_ok());
    assert!(read(json!({"slug": "a", "name": "parse"}), "Pending").is_ok());
    let error = read(json!({"slug": "a", "name": "parse"}), "Success").unwrap_err();
    assert!(
        matches!(
            error,
            StateError::Changed {
                change: Change::Task,
                ..
            }
        ),
        "{error:?}"
    );
}
