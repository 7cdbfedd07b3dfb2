//! Nodes are added, removed, renamed, moved; their tasks, types, edges and targets change.

use flow_runtime::state::Change;
use flow_runtime::{StateError, flow, task};

use crate::verdict::{Restore, verdict};
use crate::{add, elsewhere, rows, sum};

flow! { fn base() { a = rows(); b = sum(a); c = add(b, 1); } }

/// Named here: the edits have its name.
fn original() -> impl flow_runtime::Start {
    base()
}

/// The verdicts of an edit of `base`: with one result, with two, with all.
macro_rules! verdicts {
    ($restore:expr) => {
        [1, 2, 3].map(|tasks| verdict(original, tasks, $restore))
    };
}

fn goes_on(verdict: &Result<Vec<String>, StateError>, ran: &[&str]) {
    match verdict {
        Ok(nodes) => assert_eq!(nodes, ran),
        Err(error) => panic!("{error}"),
    }
}

fn has_changed(verdict: &Result<Vec<String>, StateError>, of: &str, what: Change) {
    match verdict {
        Err(error @ StateError::Changed { node, change, .. }) => {
            assert_eq!((*node, *change), (of, what));
            assert!(
                error
                    .advice()
                    .starts_with("go on with the program that wrote the state, or start a new run")
            );
        }
        other => panic!("{other:?}"),
    }
}

fn is_unknown(verdict: &Result<Vec<String>, StateError>, node: &str) {
    match verdict {
        Err(error @ StateError::UnknownNode { slug, .. }) => {
            assert_eq!(slug, node);
            assert!(
                error
                    .advice()
                    .starts_with("go on with the program that wrote the state, or start a new run")
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_an_edit_the_run_goes_on() {
    let [one, two, all] = verdicts!(base::restore as Restore<base>);
    goes_on(&one, &["b", "c"]);
    goes_on(&two, &["c"]);
    goes_on(&all, &[]);
}

#[test]
fn a_node_that_is_added_runs() {
    {
        flow! { fn base() { a = rows(); d = rows(); b = sum(a); c = add(b, 1); e = add(b, c); } }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["d", "b", "c", "e"]);
        goes_on(&two, &["d", "c", "e"]);
        goes_on(&all, &["d", "e"]);
    }
}

#[test]
fn a_node_that_is_removed_stops_the_run_with_or_without_a_result() {
    {
        flow! { fn base() { a = rows(); b = sum(a); } }
        for verdict in verdicts!(base::restore) {
            is_unknown(&verdict, "c");
        }
    }
}

#[test]
fn a_node_that_is_renamed_is_another_one() {
    {
        flow! { fn base() { a = rows(); total = sum(a); c = add(total, 1); } }
        for verdict in verdicts!(base::restore) {
            is_unknown(&verdict, "b");
        }
    }
}

#[test]
fn the_order_of_statements_means_nothing() {
    {
        flow! { fn base() { c = add(b, 1); b = sum(a); a = rows(); } }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["c", "b"]);
        goes_on(&two, &["c"]);
        goes_on(&all, &[]);
    }
}

#[test]
fn another_task_counts_where_it_has_made_nothing_yet() {
    {
        // The same name in another module, as after a move.
        flow! { fn base() { a = rows(); b = elsewhere::sum(a); c = add(b, 1); } }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["b", "c"]);
        has_changed(&two, "b", Change::Task);
        has_changed(&all, "b", Change::Task);
    }
}

#[test]
fn another_output_type_counts_where_it_has_made_nothing_yet() {
    mod then {
        pub(super) use crate::{rows, sum};
    }
    // Tasks of two blocks of one function have one identity.
    let with = |tasks: u32| {
        #[task]
        fn count(rows: &[u32]) -> u32 {
            u32::try_from(rows.len()).unwrap_or(0)
        }
        flow! { fn typed() { a = rows(); b = count(a); c = sum(&[*b]); } }
        let published = {
            let runner = flow_runtime::Runner::in_memory().jobs(1);
            match runner.slice(typed(), flow_runtime::Budget::tasks(tasks)) {
                Ok(flow_runtime::Slice::CallAgain { state, .. }) => state,
                other => panic!("{other:?}"),
            }
        };
        {
            #[task]
            fn count(rows: &[u32]) -> u64 {
                rows.len() as u64
            }
            flow! { fn typed() { a = then::rows(); b = count(a); c = then::sum(&[u32::try_from(*b).unwrap_or(0)]); } }
            typed::restore(published).map(|_| Vec::new())
        }
    };
    goes_on(&with(1), &[]);
    has_changed(&with(2), "b", Change::OutputType);
}

#[test]
fn other_data_edges_count_where_nothing_was_made_of_them_yet() {
    {
        flow! { fn base() { a = rows(); b = sum(a); c = add(b, b); } }
        // The same nodes, however often.
        goes_on(&verdicts!(base::restore)[2], &[]);
    }
    {
        // One more.
        flow! { fn base() { a = rows(); b = sum(a); c = add(b, a.len() as u32); } }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["b", "c"]);
        goes_on(&two, &["c"]);
        has_changed(&all, "c", Change::Edges);
    }
    {
        // One less.
        flow! { fn base() { a = rows(); b = sum(&[1]); c = add(b, 1); } }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["b", "c"]);
        has_changed(&two, "b", Change::Edges);
        has_changed(&all, "b", Change::Edges);
    }
}

#[test]
fn edges_of_order_may_come_and_go() {
    {
        flow! { fn base() { a = rows(); b = sum(a); c = add(b, 1, upstream: [a]); } }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["b", "c"]);
        goes_on(&two, &["c"]);
        goes_on(&all, &[]);
    }
    {
        flow! { fn ordered() { a = rows(); b = sum(a); c = add(1, 1, upstream: [b]); } }
        fn before() -> impl flow_runtime::Start {
            ordered()
        }
        {
            flow! { fn ordered() { a = rows(); b = sum(a); c = add(1, 1); } }
            goes_on(&verdict(before, 2, ordered::restore), &["c"]);
            goes_on(&verdict(before, 3, ordered::restore), &[]);
        }
    }
}

#[test]
fn another_target_counts_where_nothing_was_written_yet() {
    {
        flow! {
            fn base() {
                a = rows();
                #[node(target = "sums/<node>.txt")]
                b = sum(a);
                c = add(b, 1);
            }
        }
        let [one, two, all] = verdicts!(base::restore);
        goes_on(&one, &["b", "c"]);
        has_changed(&two, "b", Change::Target);
        has_changed(&all, "b", Change::Target);
    }
}

#[test]
fn a_flow_that_is_renamed_is_another_one() {
    flow! { fn renamed() { a = rows(); b = sum(a); c = add(b, 1); } }
    for verdict in verdicts!(renamed::restore) {
        let Err(error @ StateError::OtherFlow { .. }) = &verdict else {
            panic!("{verdict:?}");
        };
        assert_eq!(
            error.to_string(),
            "the run state is one of flow `edits::nodes::base`, and this is flow `edits::nodes::renamed`"
        );
        assert_eq!(error.advice(), "name the flow of the state");
    }
}

#[test]
fn an_edited_body_or_another_argument_is_no_other_task() {
    {
        // What is no edge is not looked at: the result is that of the run.
        flow! { fn base() { a = rows(); b = sum(a); c = add(b, 2); } }
        goes_on(&verdicts!(base::restore)[2], &[]);
    }
}
