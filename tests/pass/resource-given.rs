//! A flow is given its resources at their places among the parameters, at the start and where it goes on.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use flow_runtime::{Budget, Runner, Slice, flow, task};

/// Neither `Clone` nor `Serialize`, nor has it a `Debug`.
struct Client {
    base: String,
    asked: AtomicU32,
}

trait Clock: Send + Sync {
    fn now(&self) -> u32;
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> u32 {
        12
    }
}

#[task]
fn fetch(#[resource] http: &Client, page: u32) -> String {
    http.asked.fetch_add(1, Ordering::Relaxed);
    format!("{}/{page}", http.base)
}

#[task]
async fn fetch_later(#[resource] http: &Client, page: u32) -> Result<String, std::io::Error> {
    Ok(fetch(http, page))
}

#[task]
fn stamp(text: &str, #[resource] clock: &dyn Clock, #[resource] zone: &str, extra: usize) -> String {
    format!("{text} at {}{zone}{extra}", clock.now())
}

flow! {
    /// Reads two pages.
    fn crawl(
        /// Asks.
        #[resource] http: Client,
        first: u32,
        #[resource] clock: Arc<dyn Clock>,
        #[resource] zone: String,
        second: u32 = first + 1,
    ) -> String {
        a = fetch(http, first);
        b = fetch_later(http: http, page: second);
        #[node(target = "<first>/<page>.txt")]
        c = fetch(&*http, http.asked.load(Ordering::Relaxed).min(0));
        d = stamp(&format!("{a} {b} {c} {}", http.base.len()), clock, zone, 1);
        e = stamp(text: d, zone: &zone[1..], clock: clock.as_ref(), extra: http.base.len());
        d
    }
}

fn client() -> Client {
    Client {
        base: "http:".to_owned(),
        asked: AtomicU32::new(0),
    }
}

fn main() {
    let run = Runner::in_memory().run(crawl(client(), 1, Arc::new(Noon), "Z!".to_owned()).second(5)).unwrap();
    assert_eq!(run.output(), "http:/1 http:/5 http:/0 5 at 12Z!1");
    let flow = crawl(client(), 1, Arc::new(Noon), "Z".to_owned());
    let Slice::CallAgain { state, .. } = Runner::in_memory().slice(flow, Budget::tasks(1)).unwrap() else {
        panic!("three are left");
    };
    let flow = crawl::restore(state, client(), Arc::new(Noon), "Y".to_owned()).unwrap();
    assert_eq!(Runner::in_memory().run(flow).unwrap().output(), "http:/1 http:/2 http:/0 5 at 12Y1");
}
