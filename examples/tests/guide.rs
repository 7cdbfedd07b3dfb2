//! The guide shows the flows of three examples; this holds them to be those of the programs.
#![allow(missing_docs, reason = "a test's name is its documentation")]

use std::error::Error;
use std::fs;
use std::path::Path;

/// The chapters, and the programs that they show.
const SHOWN: [(&str, &str); 3] = [
    ("05-many-items.md", "nightly_etl"),
    ("07-stop-and-go-on.md", "training"),
    ("08-time-limits.md", "scraper"),
];

/// The flow of a name in a text, up to the brace in the first column that closes it.
fn flow<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let named = format!("    pub fn {name}(");
    text.match_indices("\nflow! {\n")
        .filter_map(|(start, _)| Some(text[start + 1..].split_once("\n}\n")?.0))
        .find(|flow| flow.contains(&named))
}

#[test]
fn the_guide_shows_the_flows_of_the_examples_as_they_are() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (chapter, name) in SHOWN {
        let program = fs::read_to_string(here.join(format!("{name}.rs")))?;
        let chapter = fs::read_to_string(here.join("../flow-runtime/src/guide").join(chapter))?;
        let written = flow(&program, name).ok_or("the program has no such flow")?;
        assert_eq!(flow(&chapter, name), Some(written), "{name}");
        assert!(
            chapter.contains(&format!("`examples/{name}.rs`")),
            "{name} is not named"
        );
        assert!(
            program.lines().count() <= 120,
            "{name} is longer than a reader likes"
        );
    }
    Ok(())
}
