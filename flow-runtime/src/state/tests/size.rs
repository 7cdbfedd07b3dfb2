//! How large a run state is: at most 200 bytes a node, its message apart.

use core::time::Duration;

use jiff::SignedDuration;

use super::whole::{digest, head, started};
use crate::plan::Tries;
use crate::state::{NodeState, ResultPlace, RunState, Signature, State, StateType, StoredResult};

const NODES: usize = 1_000;

/// Bytes a node of a run of 1,000 nodes that are made from a plain success.
fn size(of: impl Fn(usize, &mut NodeState)) -> usize {
    let node = |index: usize| {
        let mut node = NodeState::pending(format!("mean_{index}"), "daily_mean");
        node.state = State::new(StateType::Success, "");
        node.tries = Tries {
            attempts: 1,
            retries: 0,
        };
        let at = i64::try_from(index).unwrap() * 1_371;
        node.ended = Some(started() + SignedDuration::from_millis(at));
        node.took = Duration::from_millis(1_365);
        node.made = Some(Signature::from_bytes(*b"takoutedgtar"));
        node.result = Some(StoredResult {
            digest: Some(digest(&node.slug)),
            place: ResultPlace::Rendered,
        });
        of(index, &mut node);
        node
    };
    let state = RunState {
        children: std::collections::BTreeMap::new(),
        head: Some(Box::new(head())),
        nodes: (0..NODES).map(node).collect(),
    };
    state.to_json().len() / NODES
}

#[test]
fn a_node_takes_at_most_200_bytes() {
    let rendered = size(|_, _| {});
    let pending = size(|_, node| *node = NodeState::pending(node.slug.clone(), node.task.clone()));
    let gone = size(|_, node| node.result = None);
    let inline = size(|index, node| {
        // A number, or a short text: as MessagePack.
        let bytes = vec![0x55; 9 + index % 2];
        node.result = Some(StoredResult {
            digest: Some(digest(&node.slug)),
            place: ResultPlace::Inline(bytes),
        });
    });
    let cached = size(|_, node| {
        node.state = State::new(
            StateType::Cached,
            "unchanged since run 20261121T230000.000001Z-1b2c3d4e",
        );
        node.tries.attempts = 0;
        node.took = Duration::ZERO;
    });
    // As the documentation of the format has them, names and messages among them.
    assert_eq!(
        [pending, gone, rendered, inline, cached],
        [76, 139, 173, 198, 212]
    );
    assert!(inline <= 200, "but for its message");
}
