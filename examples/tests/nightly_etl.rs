//! The nightly import: what it writes of a day's files, and what of it a second run, a changed file, another shop and a
//! broken file compute.
#![allow(missing_docs, reason = "a test's name is its documentation")]

#[path = "../nightly_etl.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a whole program with a `main` of its own"
)]
mod example;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use example::nightly_etl;
use flow_runtime::event::Event;
use flow_runtime::{Date, Run, Runner, StateType};
use serde_json::{Value, json};

type Tested = Result<(), Box<dyn Error>>;

const DAY: Date = Date::constant(2026, 11, 23);

/// Shops that have left their files, and the store of the import.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Result<Self, Box<dyn Error>> {
        let place = Self(tempfile::tempdir()?);
        place.leaves(DAY, "north", "item,quantity,cents\n Apple ,3,50\npear,2,75\n")?;
        place.leaves(
            DAY,
            "south",
            "item,quantity,cents\nAPPLE,1,60\npear,0,80\nplum,10,20\n",
        )?;
        place.leaves(DAY, "east", "item,quantity,cents\nplum,4,25\n")?;
        Ok(place)
    }

    /// A shop leaves its file.
    fn leaves(&self, day: Date, shop: &str, text: &str) -> Tested {
        let directory = self.0.path().join(format!("sales/{day}"));
        fs::create_dir_all(&directory)?;
        Ok(fs::write(directory.join(format!("{shop}.csv")), text)?)
    }

    /// A run of the day, and the nodes and children that were computed, sorted.
    fn run(&self, day: Date) -> Result<(Run<nightly_etl>, Vec<String>), Box<dyn Error>> {
        let computed = Arc::new(Mutex::new(Vec::new()));
        let ended = Arc::clone(&computed);
        let reader = move |event: &Event<'_>| {
            if let Event::NodeEnded { slug, state, .. } = event
                && matches!(state.kind, StateType::Success | StateType::Failed)
            {
                ended.lock().unwrap().push((*slug).to_owned());
            }
        };
        let runner = Runner::new().store(self.store()).date(day).reader(reader);
        let run =
            runner.run_to_end(nightly_etl().directory(self.0.path().join("sales").display().to_string()))?;
        let mut computed = computed.lock().unwrap().clone();
        computed.sort();
        Ok((run, computed))
    }

    fn store(&self) -> std::path::PathBuf {
        self.0.path().join("results")
    }

    fn text(&self, file: impl AsRef<Path>) -> Result<String, Box<dyn Error>> {
        let file = self.store().join(file);
        fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()).into())
    }
}

#[test]
fn it_cleans_adds_up_and_reports_what_the_shops_have_left() -> Tested {
    let place = Place::new()?;
    let (run, _) = place.run(DAY)?;
    assert_eq!(run.state().kind, StateType::Success, "{run:?}");

    assert_eq!(
        place.text("2026-11-23/shops/south.csv")?,
        "item,quantity,cents\napple,1,60\nplum,10,20\n"
    );
    let north: Value = serde_json::from_str(&place.text("2026-11-23/shops/north.json")?)?;
    assert_eq!(north, json!({ "shop": "north", "sales": 2, "cents": 300 }));
    assert_eq!(
        place.text("2026-11-23/table.csv")?,
        "shop,sales,cents\nnorth,2,300\nsouth,2,260\neast,1,100\n"
    );
    let report = "2026-11-23: 660 cents\nnorth: 2 sales, 300 cents\nsouth: 2 sales, 260 cents\neast: 1 sales, 100 cents\n";
    assert_eq!(place.text("2026-11-23/report.txt")?, report);
    assert_eq!(run.output(), report);
    Ok(())
}

#[test]
fn a_second_run_of_the_day_lists_the_files_and_computes_nothing() -> Tested {
    let place = Place::new()?;
    place.run(DAY)?;
    let (run, computed) = place.run(DAY)?;
    assert_eq!(computed, ["inputs"]);
    assert_eq!(
        run.node_state(nightly_etl::sales).to_string(),
        "Mapped: 3 children: 3 Cached"
    );
    assert_eq!(run.node_state(nightly_etl::text).kind, StateType::Cached);
    Ok(())
}

#[test]
fn a_changed_file_computes_its_shop_and_what_is_made_of_all() -> Tested {
    let place = Place::new()?;
    place.run(DAY)?;
    place.leaves(DAY, "east", "item,quantity,cents\nplum,5,25\n")?;
    let (run, computed) = place.run(DAY)?;
    let of_east = ["all", "inputs", "sales[\"east\"]", "text", "totals[\"east\"]"];
    assert_eq!(computed, of_east);
    assert!(run.output().contains("east: 1 sales, 125 cents"), "{run:?}");

    // Taken back: its total is made again and says the same, so that the table and the report stay.
    place.leaves(DAY, "south", "item,quantity,cents\nAPPLE,1,60\nplum,10,20\n")?;
    let (_, computed) = place.run(DAY)?;
    assert_eq!(computed, ["inputs", "sales[\"south\"]", "totals[\"south\"]"]);
    Ok(())
}

#[test]
fn a_new_shop_computes_its_own_children_and_another_day_all() -> Tested {
    let place = Place::new()?;
    place.run(DAY)?;
    place.leaves(DAY, "a new one", "item,quantity,cents\n")?;
    let (run, computed) = place.run(DAY)?;
    let of_the_new = [
        "all",
        "inputs",
        "sales[\"a new one\"]",
        "text",
        "totals[\"a new one\"]",
    ];
    assert_eq!(computed, of_the_new);
    assert!(run.output().ends_with("a new one: 0 sales, 0 cents\n"), "{run:?}");

    let next = DAY.tomorrow()?;
    place.leaves(next, "north", "item,quantity,cents\npear,1,75\n")?;
    let (run, computed) = place.run(next)?;
    assert_eq!(
        computed,
        ["all", "inputs", "sales[\"north\"]", "text", "totals[\"north\"]"]
    );
    assert_eq!(run.output(), "2026-11-24: 75 cents\nnorth: 1 sales, 75 cents\n");
    // The day before keeps what it has.
    assert!(
        place
            .text("2026-11-23/report.txt")?
            .starts_with("2026-11-23: 660 cents")
    );
    Ok(())
}

#[test]
fn a_broken_file_fails_its_shop_and_the_next_run_computes_that_alone() -> Tested {
    let place = Place::new()?;
    place.leaves(DAY, "east", "item,quantity,cents\nplum,some,25\n")?;
    let (run, _) = place.run(DAY)?;
    assert_eq!(run.state().kind, StateType::Failed);
    let sales = run.node_state(nightly_etl::sales).to_string();
    assert!(
        sales.starts_with("Failed: 3 children: 2 Success, 1 Failed; first: `sales[\"east\"]` is Failed")
            && sales.contains("invalid digit"),
        "{sales}"
    );
    assert!(!place.store().join("2026-11-23/report.txt").exists());

    place.leaves(DAY, "east", "item,quantity,cents\nplum,4,25\n")?;
    let (run, computed) = place.run(DAY)?;
    assert_eq!(
        computed,
        ["all", "inputs", "sales[\"east\"]", "text", "totals[\"east\"]"]
    );
    assert!(run.output().starts_with("2026-11-23: 660 cents"), "{run:?}");
    Ok(())
}

#[test]
fn a_day_without_a_directory_says_which() -> Tested {
    let place = Place::new()?;
    let (run, _) = place.run(Date::constant(2026, 1, 1))?;
    let report = run.report().unwrap_or_default();
    assert!(
        report.contains("sales/2026-01-01: No such file")
            && report.contains("blocks: sales, totals, all, text"),
        "{report}"
    );
    Ok(())
}
