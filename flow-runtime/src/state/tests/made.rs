//! What a run state remembers of how results are made: every change of a flow shows in its fingerprint, and in the
//! signature of the nodes that it concerns.

use crate::flow::Flow;
use crate::state::{Change, Signature, fingerprint};
use crate::{flow, task};

#[task]
fn one() -> u32 {
    1
}

#[task]
fn two() -> u32 {
    2
}

#[task(target = "<node>.txt")]
fn add(x: u32, y: u32) -> u32 {
    x + y
}

mod elsewhere {
    use crate::task;

    #[task]
    pub(super) fn one() -> u32 {
        1
    }

    #[task]
    pub(super) fn wide() -> u64 {
        1
    }
}

mod base {
    use super::{add, one, two};
    use crate::flow;

    flow! { pub(super) fn sums(limit: u32) -> u32 { a = one(); b = two(); c = add(a, b); c } }
}

/// The signature of node `c`, or another one, and the fingerprint of a flow.
fn of<F: Flow>(node: &str) -> (Signature, crate::digest::ShortDigest) {
    let node = F::SPEC.node(node).unwrap();
    (Signature::of(F::SPEC, &F::SPEC.nodes[node]), fingerprint(F::SPEC))
}

#[test]
fn the_same_flow_has_the_same_fingerprint_and_signatures() {
    flow! { fn sums(limit: u32) -> u32 { a = one(); b = two(); c = add(a, b); c } }
    // Neither its name nor its place nor its module counts: those are told apart before.
    assert_eq!(of::<sums>("c"), of::<base::sums>("c"));
}

#[test]
fn whatever_changes_a_flow_changes_its_fingerprint() {
    use elsewhere::wide;
    let changed = {
        let mut all = Vec::new();
        {
            flow! { fn renamed_param(most: u32) -> u32 { a = one(); b = two(); c = add(a, b); c } }
            all.push(of::<renamed_param>("c").1);
        }
        {
            flow! { fn param_type(limit: u64) -> u32 { a = one(); b = two(); c = add(a, b); c } }
            all.push(of::<param_type>("c").1);
        }
        {
            flow! { fn without_param() -> u32 { a = one(); b = two(); c = add(a, b); c } }
            all.push(of::<without_param>("c").1);
        }
        {
            flow! { fn renamed_node(limit: u32) -> u32 { z = one(); b = two(); c = add(z, b); c } }
            all.push(of::<renamed_node>("c").1);
        }
        {
            flow! { fn reordered(limit: u32) -> u32 { b = two(); a = one(); c = add(a, b); c } }
            all.push(of::<reordered>("c").1);
        }
        {
            flow! { fn another_task(limit: u32) -> u32 { a = elsewhere::one(); b = two(); c = add(a, b); c } }
            all.push(of::<another_task>("c").1);
        }
        {
            flow! { fn more(limit: u32) -> u32 { a = one(); b = two(); c = add(a, b); d = wide(); c } }
            all.push(of::<more>("c").1);
        }
        {
            flow! { fn data_edge(limit: u32) -> u32 { a = one(); b = two(); c = add(a, a); c } }
            all.push(of::<data_edge>("c").1);
        }
        {
            flow! { fn order_edge(limit: u32) -> u32 { a = one(); b = two(upstream: [a]); c = add(a, b); c } }
            all.push(of::<order_edge>("c").1);
        }
        {
            flow! {
                fn own_target(limit: u32) -> u32 {
                    a = one();
                    b = two();
                    #[node(target = "c.txt")]
                    c = add(a, b);
                    c
                }
            }
            all.push(of::<own_target>("c").1);
        }
        all
    };
    for (place, fingerprint) in changed.iter().enumerate() {
        assert_ne!(*fingerprint, of::<base::sums>("c").1, "{place}");
        assert!(!changed[..place].contains(fingerprint), "{place}");
    }
}

#[test]
fn a_signature_says_which_part_has_changed() {
    let (base, _) = of::<base::sums>("c");
    let changes = |now: Signature| base.change(now);
    assert_eq!(changes(base), None);
    {
        // Order, parameters and other nodes make no other result of `c`.
        flow! {
            fn sums() -> u32 {
                b = two();
                d = one();
                a = one();
                c = add(b, a, upstream: [d]);
                c
            }
        }
        assert_eq!(changes(of::<sums>("c").0), None);
    }
    {
        flow! { fn sums() -> u32 { a = one(); z = two(); c = add(a, z); c } }
        assert_eq!(changes(of::<sums>("c").0), Some(Change::Edges));
    }
    {
        flow! { fn sums() -> u32 { a = one(); b = two(); c = add(a, 2, upstream: [b]); c } }
        assert_eq!(changes(of::<sums>("c").0), Some(Change::Edges));
    }
    {
        flow! { fn sums() -> u32 { a = one(); b = two(); #[node(target = "c.txt")] c = add(a, b); c } }
        assert_eq!(changes(of::<sums>("c").0), Some(Change::Target));
    }
    let (one, _) = of::<base::sums>("a");
    {
        flow! { fn sums() { a = elsewhere::one(); } }
        assert_eq!(one.change(of::<sums>("a").0), Some(Change::Task));
    }
    {
        // The task counts before the type: it is what an author would name.
        flow! { fn sums() { a = elsewhere::wide(); } }
        assert_eq!(one.change(of::<sums>("a").0), Some(Change::Task));
    }
}

#[test]
fn another_output_type_of_the_same_task_shows() {
    use crate::spec::{OutputSpec, TaskSpec};
    let node = &base::sums::SPEC.nodes[0];
    let task: &'static TaskSpec = Box::leak(Box::new(TaskSpec {
        output: OutputSpec::json::<u64>(),
        ..*node.task
    }));
    let edited = crate::spec::NodeSpec { task, ..*node };
    let (then, now) = (
        Signature::of(base::sums::SPEC, node),
        Signature::of(base::sums::SPEC, &edited),
    );
    assert_eq!(then.change(now), Some(Change::OutputType));
}

#[test]
fn a_signature_survives_its_text() {
    let (made, _) = of::<base::sums>("c");
    assert_eq!(made.to_string().len(), 16);
    assert_eq!(Signature::read(&made.to_string()), Some(made));
    assert_eq!(Signature::from_bytes(*made.as_bytes()), made);
    for wrong in [
        "",
        "x",
        "AAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAA",
        "++++++++++++++++",
    ] {
        assert_eq!(Signature::read(wrong), None, "{wrong}");
    }
}
