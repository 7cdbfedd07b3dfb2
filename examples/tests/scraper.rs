//! The scraper against a site on the loopback device that is not always well: how many invocations it takes, what each asks
//! for, and what it leaves.
#![allow(missing_docs, reason = "a test's name is its documentation")]

#[path = "../scraper.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a whole program with a `main` of its own"
)]
mod example;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use example::handler;
use flow_runtime::state::RunState;
use flow_runtime::{Date, Runner};
use serde_json::Value;

type Tested = Result<(), Box<dyn Error>>;

/// The pages that the start page links to.
const PAGES: usize = 12;

/// A site, and what it has answered to each path: status after status, 0 where it hung up.
struct Site {
    address: String,
    answered: Arc<Mutex<BTreeMap<String, Vec<u16>>>>,
}

impl Site {
    /// A site on which so many pages are gone.
    fn new(gone: usize) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let answered = Arc::<Mutex<BTreeMap<String, Vec<u16>>>>::default();
        let told = Arc::clone(&answered);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who hangs up first has what it wants.
                let _ = answer(stream, gone, &told);
            }
        });
        Ok(Self { address, answered })
    }

    fn answered(&self) -> BTreeMap<String, Vec<u16>> {
        self.answered.lock().unwrap().clone()
    }

    fn asked(&self) -> usize {
        self.answered().values().map(Vec::len).sum()
    }
}

/// Answers a request: the third page is busy once, at the fourth the line breaks twice.
fn answer(
    mut stream: TcpStream,
    gone: usize,
    answered: &Mutex<BTreeMap<String, Vec<u16>>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let number: usize = path.trim_start_matches("/page/").parse().unwrap_or(PAGES);
    let (status, body) = {
        let mut answered = answered.lock().unwrap();
        let before = answered.entry(path.clone()).or_default();
        let pages: Vec<String> = (0..PAGES)
            .map(|page| format!("<a href=\"/page/{page}\">"))
            .collect();
        let (status, body) = match (number, before.len()) {
            (3, 0) => (503, String::new()),
            (4, 0 | 1) => (0, String::new()),
            (PAGES, _) => (200, format!("<title>Start</title>{}", pages.concat())),
            (number, _) if number + gone >= PAGES => (404, String::new()),
            (number, _) => (200, format!("<title>Page {number}</title>")),
        };
        before.push(status);
        (status, body)
    };
    if status == 0 {
        return Ok(());
    }
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} so\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// A runner of an invocation: nothing but the store is there from the one before.
fn runner(store: &Path) -> Runner {
    Runner::new().store(store).date(Date::constant(2026, 11, 23))
}

#[test]
fn slice_after_slice_every_page_is_fetched_once() -> Tested {
    let (site, place) = (Site::new(1)?, tempfile::tempdir()?);
    let (mut invocations, mut message) = (0, None);
    loop {
        let before = site.asked();
        message = handler(&runner(place.path()), &site.address, message.as_deref())?;
        invocations += 1;
        assert!(site.asked() - before <= 5, "more than the budget");
        let Some(state) = &message else { break };
        assert!(
            state.len() < 4000,
            "the state grows with the pages: {}",
            state.len()
        );
        assert_eq!(state.parse::<RunState>()?.slice(), invocations);
    }
    // The start page, its links, 12 pages and 3 retries, 11 notes, the index: 29 attempts, five at most in each.
    assert!((6..=8).contains(&invocations), "{invocations}");

    let answered = site.answered();
    assert_eq!(answered.len(), 1 + PAGES);
    for (path, statuses) in &answered {
        let expected: &[u16] = match path.as_str() {
            "/page/3" => &[503, 200],
            "/page/4" => &[0, 0, 200],
            "/page/11" => &[404],
            _ => &[200],
        };
        assert_eq!(statuses, expected, "{path}");
    }

    let index: Value = serde_json::from_slice(&fs::read(place.path().join("2026-11-23/index.json"))?)?;
    let titles: Vec<_> = index
        .as_array()
        .ok_or("no list")?
        .iter()
        .map(|page| &page["title"])
        .collect();
    assert_eq!(titles.len(), PAGES - 1);
    // In the order of their paths.
    assert_eq!(titles[..3], ["Page 0", "Page 1", "Page 10"]);
    let page = place.path().join("2026-11-23/%2Fpage%2F7.html");
    assert_eq!(fs::read_to_string(page)?, "<title>Page 7</title>");
    Ok(())
}

#[test]
fn a_message_that_comes_twice_asks_for_nothing_twice() -> Tested {
    let (site, place) = (Site::new(1)?, tempfile::tempdir()?);
    let mut message = handler(&runner(place.path()), &site.address, None)?;
    while let Some(state) = message {
        // As if the process had died before it answered.
        handler(&runner(place.path()), &site.address, Some(&state))?;
        message = handler(&runner(place.path()), &site.address, Some(&state))?;
    }
    for (path, statuses) in site.answered() {
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            usize::from(path != "/page/11"),
            "{path}"
        );
    }
    Ok(())
}

#[test]
fn the_same_day_asks_for_what_was_gone_alone() -> Tested {
    let (site, place) = (Site::new(1)?, tempfile::tempdir()?);
    for _ in 0..2 {
        let mut message = handler(&runner(place.path()), &site.address, None)?;
        while let Some(state) = message {
            message = handler(&runner(place.path()), &site.address, Some(&state))?;
        }
    }
    let answered = site.answered();
    assert_eq!(answered["/page/11"], [404, 404]);
    assert_eq!((&*answered["/"], &*answered["/page/0"]), (&[200][..], &[200][..]));
    Ok(())
}

#[test]
fn more_pages_that_are_gone_than_are_borne_end_the_run_and_say_so() -> Tested {
    let (site, place) = (Site::new(4)?, tempfile::tempdir()?);
    let mut answer = handler(&runner(place.path()), &site.address, None);
    while let Ok(Some(state)) = answer {
        answer = handler(&runner(place.path()), &site.address, Some(&state));
    }
    let report = answer.err().ok_or("it was a success")?.to_string();
    assert!(
        report.contains("node `pages[\"/page/10\"]` of flow `scraper` failed")
            && report.contains("because: http status: 404")
            && report.contains("of `pages`: 12 children: 8 Success, 4 Failed")
            && report.contains("blocks: notes, all"),
        "{report}"
    );
    assert!(!place.path().join("2026-11-23/index.json").exists());
    Ok(())
}
