//! The crawl, of fewer pages, against the site that it serves itself.
#![allow(missing_docs, reason = "a test's name is its documentation")]

#[path = "../crawl.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a whole program with a `main` of its own"
)]
mod example;

use std::error::Error;
use std::fs;

use example::crawl;
use flow_runtime::{Runner, StateType};

#[test]
fn what_answers_is_ranked_and_the_next_run_fetches_what_is_missing() -> Result<(), Box<dyn Error>> {
    let store = tempfile::tempdir()?;
    let runner = Runner::new().store(store.path());
    let run = runner.run(crawl().pages(250))?;
    // Three pages are dead, 13, 113 and 213, and what leads on from them.
    let texts = run.node_state(crawl::texts);
    assert_eq!(texts.kind, StateType::Mapped, "{texts}");
    assert!(
        texts
            .message
            .starts_with("250 children: 247 Success, 3 Failed; first: `texts[\"page/13\"]`"),
        "{texts}"
    );
    assert_eq!(fs::read_dir(store.path().join("pages"))?.count(), 247);
    // To 10 lead 100 to 109, and 9; the next by name are as good.
    let ranking = run.output();
    assert_eq!(ranking.len(), 10);
    assert_eq!(ranking[0], ("page/10".to_owned(), 11));
    assert!(
        ranking.iter().all(|(_, count)| (10..=11).contains(count)),
        "{ranking:?}"
    );
    drop(run);
    let run = runner.run(crawl().pages(260))?;
    let texts = run.node_state(crawl::texts);
    assert!(
        texts
            .message
            .starts_with("260 children: 10 Success, 247 Cached, 3 Failed"),
        "{texts}"
    );
    Ok(())
}
