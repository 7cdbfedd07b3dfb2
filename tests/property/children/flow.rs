//! The flow of every case, and what its bodies have done.

use std::collections::BTreeMap;
use std::sync::Mutex;

use flow_runtime::{BoxError, Context, Each, Outcome, flow, task};

use super::script::Item;
use crate::in_time::PANIC;

/// How often the body of each child was called: by case, stage and key.
static CALLED: Mutex<BTreeMap<(u64, usize, String), u32>> = Mutex::new(BTreeMap::new());

fn body(item: &Item, stage: usize, attempt: u32, value: String) -> Result<String, BoxError> {
    {
        let mut called = CALLED.lock().unwrap();
        *called.entry((item.case, stage, item.key.clone())).or_default() += 1;
    }
    if attempt > item.fails[stage] {
        return Ok(value);
    }
    assert!(!item.panics, "{PANIC}{}", item.key);
    Err(format!("attempt {attempt}").into())
}

/// What was called of a case since it was asked last.
pub(super) fn called(case: u64) -> BTreeMap<(usize, String), u32> {
    let mut called = CALLED.lock().unwrap();
    let mine: Vec<_> = called.keys().filter(|(of, ..)| *of == case).cloned().collect();
    let mine = mine.into_iter().map(|key| {
        let count = called.remove(&key).unwrap_or(0);
        ((key.1, key.2), count)
    });
    mine.collect()
}

#[task(retries = 1)]
fn first(cx: &Context, item: &Item) -> Result<String, BoxError> {
    body(item, 0, cx.attempt(), format!("first of {}", item.key))
}

#[task(retries = 1)]
async fn second(cx: &Context, text: String, item: Item) -> Result<String, BoxError> {
    tokio::task::yield_now().await;
    body(&item, 1, cx.attempt(), format!("second of {text}"))
}

#[task]
fn tell(all: &[Outcome<&String>]) -> Vec<String> {
    let told = all.iter().map(|outcome| match outcome {
        Outcome::Success(text) => (*text).clone(),
        Outcome::Failed(failure) => failure.state().to_string(),
        Outcome::Skipped => "Skipped".to_owned(),
        Outcome::Cancelled => "Cancelled".to_owned(),
    });
    told.collect()
}

#[task]
fn count(all: Each<String>) -> usize {
    all.count()
}

flow! {
    pub(crate) fn numbered(items: Vec<Item>) -> Vec<String> {
        a = for item in items { first(item) };
        #[node(at_most = 3, tolerate = "100%")]
        b = for (text, item) in zip(a, items) { second(text, item) };
        counted = count(b);
        told = tell(b, upstream: [counted]);
        told
    }
}

flow! {
    pub(crate) fn keyed(items: Vec<Item>) -> Vec<String> {
        #[node(key = |item| &item.key, target = "first/<key>.txt")]
        a = for item in items { first(item) };
        #[node(target = "second/<key>.json", tolerate = "100%")]
        b = for (text, item) in zip(a, items.clone()) { second(text, item) };
        counted = count(b);
        told = tell(b, upstream: [counted]);
        told
    }
}
