//! A scraper in a function that may run only for a short while: it fetches the pages that a site's start page links to, a few
//! in an invocation, and what it answers is the message of the next one.
//!
//! ```text
//! cargo run --example scraper -- 127.0.0.1:8080
//! ```
//!
//! A loop plays the queue. A page that has been fetched is never asked for again, whatever becomes of an invocation; one
//! that does not answer is tried again, one that is gone is borne as long as no more than a fifth are.

use std::collections::BTreeSet;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use flow_runtime::{Budget, Each, Runner, Slice, flow, task};
use serde::{Deserialize, Serialize};

/// What is noted of a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    title: String,
    links: usize,
}

/// What is gone stays so; anything else may be better next time.
fn may_pass(error: &ureq::Error) -> bool {
    !matches!(error, ureq::Error::StatusCode(404 | 410))
}

#[task(
    target = "<date>/<path>.html",
    format = text,
    retries = 3,
    retry_delay = "20ms",
    retry_if = may_pass,
    timeout = "10s"
)]
fn fetch(site: &str, path: &str) -> Result<String, ureq::Error> {
    ureq::get(format!("http://{site}{path}"))
        .call()?
        .body_mut()
        .read_to_string()
}

/// What stands between `from` and `to` in a text, each time.
fn between<'a>(text: &'a str, from: &'a str, to: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(from)
        .skip(1)
        .filter_map(move |rest| Some(rest.split_once(to)?.0))
}

/// The pages that a page links to, each once.
#[task]
fn links(page: &str) -> BTreeSet<String> {
    between(page, "href=\"", "\"").map(str::to_owned).collect()
}

#[task]
fn note(page: &str) -> Page {
    Page {
        title: between(page, "<title>", "</title>")
            .next()
            .unwrap_or("no title")
            .to_owned(),
        links: between(page, "href=\"", "\"").count(),
    }
}

#[task(target = "<date>/index.json")]
fn index(notes: Each<Page>) -> Vec<Page> {
    notes.map(|page| page.clone()).collect()
}

flow! {
    /// Fetches the pages of a site and makes an index of them.
    pub fn scraper(site: String) -> Vec<Page> {
        start = fetch(site, "/");
        paths = links(start);
        #[node(key = |path| path, at_most = 4, tolerate = "20%")]
        pages = for path in paths { fetch(site, path) };
        #[node(tolerate = "20%")]
        notes = for page in pages { note(page) };
        all = index(notes);
        all
    }
}

/// One invocation of the function: takes the state of the run, nothing at its start, and answers the next one as long as
/// something is left to do.
///
/// # Errors
/// The message is no state of this run, the run could not be recorded, or it has ended and is no success.
pub fn handler(runner: &Runner, site: &str, message: Option<&str>) -> Result<Option<String>, Box<dyn Error>> {
    let budget = Budget::time(Duration::from_mins(1)).and_tasks(5);
    let answer = match message {
        None => runner.slice(scraper(site.to_owned()), budget)?,
        Some(state) => runner.slice(scraper::restore(state.parse()?)?, budget)?,
    };
    match answer {
        Slice::CallAgain { state, .. } => Ok(Some(state.to_json())),
        Slice::Finished(run) if run.state().kind.is_successful() => Ok(None),
        Slice::Finished(run) => Err(run.report().unwrap_or_default().into()),
    }
}

fn main() -> ExitCode {
    let site = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let mut answer = handler(&Runner::new(), &site, None);
    while let Ok(Some(state)) = answer {
        answer = handler(&Runner::new(), &site, Some(&state));
    }
    if let Err(error) = answer {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
