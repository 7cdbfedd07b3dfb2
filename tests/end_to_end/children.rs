//! The children of a `for` in a store: targets, reuse, keys, and runs that go on.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::{BoxError, Budget, Context, Each, Outcome, Runner, Slice, StateType, flow, task};
use tempfile::tempdir;

/// The pages that a test has fetched.
static FETCHED: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

fn fetched(test: &str) -> Vec<String> {
    let mut fetched = FETCHED.lock().unwrap();
    let mine: Vec<String> = fetched
        .iter()
        .filter(|(of, _)| of == test)
        .map(|(_, page)| page.clone())
        .collect();
    fetched.retain(|(of, _)| of != test);
    mine
}

#[task(target = "<test>/<key>.txt")]
fn fetch(test: &str, page: &str) -> Result<String, String> {
    FETCHED.lock().unwrap().insert((test.to_owned(), page.to_owned()));
    if page.starts_with("dead") {
        return Err("no answer".to_owned());
    }
    Ok(format!("text of {page}"))
}

#[task]
fn lengths(pages: &[Outcome<&String>]) -> Vec<usize> {
    pages
        .iter()
        .map(|page| page.clone().success().map_or(0, String::len))
        .collect()
}

#[task]
fn joined(pages: Each<String>) -> String {
    let pages: Vec<String> = pages.map(|page| page.clone()).collect();
    pages.join("; ")
}

flow! {
    fn crawl(test: String, pages: Vec<String>) -> Vec<usize> {
        #[node(key = |page| page, tolerate = "50%")]
        texts = for page in pages { fetch(test, page) };
        all = joined(texts);
        found = lengths(texts, upstream: [all]);
        found
    }
}

fn pages(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn an_item_added_in_the_middle_runs_one_child() {
    let store = tempdir().unwrap();
    let runner = Runner::new().store(store.path());
    let run = runner
        .run(crawl("added".into(), pages(&["a", "b", "c"])))
        .unwrap();
    assert_eq!(*run.output(), [9, 9, 9]);
    assert_eq!(fetched("added"), ["a", "b", "c"]);
    assert_eq!(
        fs::read_to_string(store.path().join("added/b.txt")).unwrap(),
        "text of b"
    );
    let run = runner
        .run(crawl("added".into(), pages(&["c", "a", "new", "b"])))
        .unwrap();
    assert_eq!(*run.output(), [9, 9, 11, 9]);
    assert_eq!(fetched("added"), ["new"]);
    assert_eq!(
        run.node_state(crawl::texts).to_string(),
        "Mapped: 4 children: 1 Success, 3 Cached"
    );
}

#[test]
fn what_is_borne_leaves_the_results_that_there_are() {
    let run = Runner::in_memory()
        .run(crawl("borne".into(), pages(&["a", "dead", "b"])))
        .unwrap();
    assert_eq!(*run.output(), [9, 0, 9]);
    assert_eq!(*run.result(crawl::all).unwrap(), "text of a; text of b");
    assert_eq!(
        run.node_state(crawl::texts).to_string(),
        "Mapped: 3 children: 2 Success, 1 Failed; first: `texts[\"dead\"]` is Failed: no answer"
    );
    // Two of three are more than half.
    let run = Runner::in_memory()
        .run_to_end(crawl("borne".into(), pages(&["dead", "dead too", "b"])))
        .unwrap();
    assert_eq!(run.node_state(crawl::texts).kind, StateType::Failed);
    assert_eq!(run.node_state(crawl::found).kind, StateType::TriggerFailed);
}

#[test]
fn equal_keys_are_an_error() {
    let error = Runner::in_memory()
        .run(crawl("equal".into(), pages(&["a", "b", "a"])))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("the items 0 and 2 have the same key, \"a\": a key names one child"),
        "{text}"
    );
    assert!(fetched("equal").is_empty());
}

/// How often each number was tried.
static TRIED: [AtomicU32; 6] = [const { AtomicU32::new(0) }; 6];

/// Whether the third fails.
static IS_DOWN: AtomicU32 = AtomicU32::new(1);

#[task]
fn tenfold(number: usize) -> Result<usize, BoxError> {
    TRIED[number].fetch_add(1, Ordering::SeqCst);
    if number == 3 && IS_DOWN.load(Ordering::SeqCst) == 1 {
        return Err("down".into());
    }
    Ok(10 * number)
}

#[task]
fn total(numbers: &[&usize]) -> usize {
    numbers.iter().copied().sum()
}

flow! {
    fn tenfolds(count: usize) -> usize {
        numbers = for number in 0..count { tenfold(number) };
        more = for number in numbers { one_more(number) };
        sum = total(more);
        sum
    }
}

#[task]
fn one_more(number: usize) -> usize {
    number + 1
}

#[test]
fn a_run_that_is_resumed_runs_only_the_children_that_are_missing() {
    let store = tempdir().unwrap();
    let runner = Runner::new().store(store.path());
    let run = runner.run_to_end(tenfolds(6)).unwrap();
    assert_eq!(run.state().kind, StateType::Failed);
    assert_eq!(
        run.node_state(tenfolds::more).to_string(),
        "TriggerFailed: 6 children: 5 Success, 1 TriggerFailed"
    );
    let id = run.id().to_string();
    drop(run);
    IS_DOWN.store(0, Ordering::SeqCst);
    let state = runner.recorded(&id).unwrap();
    let run = runner.resume(tenfolds::restore(state).unwrap()).unwrap();
    assert_eq!(*run.output(), 10 * (1 + 2 + 3 + 4 + 5) + 6);
    let tried = TRIED.each_ref().map(|tried| tried.load(Ordering::SeqCst));
    assert_eq!(tried, [1, 1, 1, 2, 1, 1]);
    // It has ended: who reads it finds all children.
    let state = runner.recorded(&id).unwrap();
    let run = runner.resume(tenfolds::restore(state).unwrap()).unwrap();
    let numbers: Vec<usize> = run.result(tenfolds::numbers).unwrap().values().copied().collect();
    assert_eq!(numbers, [0, 10, 20, 30, 40, 50]);
}

#[task(retries = 2)]
fn at_the_second_try(cx: &Context, number: u32) -> Result<u32, BoxError> {
    if cx.attempt() < 2 {
        return Err("not yet".into());
    }
    Ok(number)
}

static RUNNING: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);

#[task]
async fn beside(number: u32) -> u32 {
    let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
    MOST.fetch_max(running, Ordering::SeqCst);
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    number
}

#[test]
fn each_child_has_its_own_retries_and_so_many_run_at_a_time() {
    let f = flow! {
        again = for number in 0..20_u32 { at_the_second_try(number) };
        #[node(at_most = 3)]
        some = for number in again { beside(number) };
        some
    };
    let run = Runner::in_memory().run(f).unwrap();
    let numbers: Vec<u32> = run.output().values().copied().collect();
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
    let most = MOST.load(Ordering::SeqCst);
    assert!((1..=3).contains(&most), "{most}");
}

#[task]
fn doubled(number: usize) -> usize {
    2 * number
}

flow! {
    fn once_a_for(number: usize) -> usize {
        first = one_more(number);
        second = one_more(first);
        third = doubled(second);
        third
    }
}

#[test]
fn the_children_of_a_node_that_is_no_for_any_more_are_no_result_of_it() {
    let slice = Runner::in_memory()
        .slice(once_a_for(1), Budget::tasks(1))
        .unwrap();
    let Slice::CallAgain { state, .. } = slice else {
        panic!("two nodes are left");
    };
    let mut json: serde_json::Value = serde_json::from_str(&state.to_json()).unwrap();
    let third = &mut json["nodes"][2]["state"];
    assert_eq!(third["type"], "Pending");
    third["children"] = serde_json::json!({ "total": 3, "finished": 1, "segments": 1 });
    third["inline"] = "AAAA".into();
    // A store has no journal that knows better: one is begun from what is given, and read by the next.
    let store = tempdir().unwrap();
    let next = |state| {
        let restored = once_a_for::restore(state).unwrap();
        Runner::new()
            .store(store.path())
            .slice(restored, Budget::tasks(1))
            .unwrap()
    };
    let Slice::CallAgain { state, .. } = next(flow_runtime::RunState::from_json(json.to_string()).unwrap())
    else {
        panic!("a node is left");
    };
    let Slice::Finished(run) = next(state) else {
        panic!("no node was left");
    };
    assert_eq!(*run.output(), 6);
    assert_eq!(run.node_state(once_a_for::third).kind, StateType::Success);
}
