//! The weather example against numbers that were computed from the same file by other means (exact fractions, in
//! Python), and what of it a changed station or file computes again.
#![allow(missing_docs, reason = "a test's name is its documentation")]

#[path = "../weather.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a whole program with a `main` of its own"
)]
mod example;

use std::error::Error;
use std::fs;
use std::path::Path;

use example::weather;
use flow_runtime::StateType::{self, Cached, Failed, Success, TriggerFailed};
use flow_runtime::{Run, Runner};
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/seattle-weather.csv");

/// The nodes in the order of their statements.
const NODES: [&str; 9] = [
    "text",
    "parsed",
    "days",
    "months",
    "year_2012",
    "year_2013",
    "year_2014",
    "year_2015",
    "most",
];

fn json(store: &Path, file: &str) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_slice(&fs::read(store.join(file))?)?)
}

/// The nodes that are not Cached.
fn computed(run: &Run<weather>) -> Vec<&'static str> {
    let ran = run.nodes().filter(|(_, state)| state.kind != Cached);
    ran.map(|(node, _)| node.name).collect()
}

#[track_caller]
fn assert_close(found: &Value, expected: f64) {
    let number = found.as_f64().unwrap_or(f64::NAN);
    assert!(
        (number - expected).abs() < 1e-9,
        "found {found}, expected {expected}"
    );
}

#[test]
fn the_tables_hold_what_the_file_says() -> Result<(), Box<dyn Error>> {
    let store = tempfile::tempdir()?;
    let run = Runner::new().store(store.path()).run(weather())?;
    assert_eq!(run.nodes().map(|(node, _)| node.name).collect::<Vec<_>>(), NODES);
    assert!(run.nodes().all(|(_, state)| state.kind == Success), "{run:?}");

    let days = json(store.path(), "seattle/clean.json")?;
    let days = days.as_array().ok_or("no list")?;
    assert_eq!(days.len(), 1461);
    assert_eq!(
        json(store.path(), "seattle/days.json")?.as_array().map(Vec::len),
        Some(1461)
    );

    let months = json(store.path(), "seattle/months.json")?;
    let months = months.as_array().ok_or("no list")?;
    assert_eq!(months.len(), 48);
    for (year, month, temperature, precipitation) in [
        (2012, 1, 4.298_387_096_774_194, 173.3),
        (2013, 7, 20.012_903_225_806_45, 0.0),
        (2014, 10, 14.422_580_645_161_29, 171.5),
        (2015, 12, 6.103_225_806_451_613, 284.5),
    ] {
        let found = months
            .iter()
            .find(|found| found["year"] == year && found["month"] == month);
        let found = found.ok_or("a month is missing")?;
        assert_eq!(found["days"], 31);
        assert_close(&found["temperature"], temperature);
        assert_close(&found["precipitation"], precipitation);
    }
    let days: u64 = months.iter().filter_map(|month| month["days"].as_u64()).sum();
    assert_eq!(days, 1461);
    Ok(())
}

#[test]
fn the_extremes_are_the_days_that_stand_out() -> Result<(), Box<dyn Error>> {
    let run = Runner::in_memory().run(weather())?;
    let extremes = serde_json::to_value(run.output())?;
    for (which, date, what, value) in [
        ("hottest", "2014-08-11", "temp_max", 35.6),
        ("coldest", "2013-12-07", "temp_min", -7.1),
        ("wettest", "2015-03-15", "precipitation", 55.9),
        ("windiest", "2012-12-17", "wind", 9.5),
    ] {
        assert_eq!(extremes[which]["date"], date, "{which}");
        assert_close(&extremes[which][what], value);
    }
    Ok(())
}

#[test]
fn a_report_a_year_says_days_rain_and_months() -> Result<(), Box<dyn Error>> {
    let store = tempfile::tempdir()?;
    Runner::new().store(store.path()).run(weather())?;
    for (year, days, wet, rain) in [
        (2012, 366, 191, "1226.0"),
        (2013, 365, 160, "828.0"),
        (2014, 365, 151, "1232.8"),
        (2015, 365, 144, "1139.2"),
    ] {
        let report = fs::read_to_string(store.path().join(format!("seattle/{year}.txt")))?;
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(
            lines[0],
            format!("seattle {year}: {days} days, {wet} of rain, {rain} mm")
        );
        assert_eq!(lines.len(), 13);
    }
    let first = fs::read_to_string(store.path().join("seattle/2012.txt"))?;
    assert_eq!(first.lines().nth(1), Some(" 1    4.3 °C  173.3 mm"));
    Ok(())
}

#[test]
fn a_second_run_reads_the_file_and_computes_nothing() -> Result<(), Box<dyn Error>> {
    let store = tempfile::tempdir()?;
    let runner = Runner::new().store(store.path());
    runner.run(weather())?;
    let run = runner.run(weather())?;
    assert_eq!(computed(&run), ["text"]);
    // Nothing but what was asked for is loaded; the output is.
    assert_eq!(
        serde_json::to_value(run.output())?["hottest"]["date"],
        "2014-08-11"
    );
    Ok(())
}

#[test]
fn another_station_has_tables_of_its_own() -> Result<(), Box<dyn Error>> {
    let store = tempfile::tempdir()?;
    let runner = Runner::new().store(store.path());
    runner.run(weather())?;
    let run = runner.run(weather().station("elsewhere".to_owned()))?;
    assert_eq!(computed(&run), NODES);
    assert!(store.path().join("elsewhere/2015.txt").exists());
    assert_eq!(computed(&runner.run(weather())?), ["text"]);
    Ok(())
}

#[test]
fn a_changed_file_computes_what_depends_on_the_change() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let runner = Runner::new().store(directory.path().join("store"));
    let file = directory.path().join("weather.csv");
    let text = fs::read_to_string(FILE)?;
    let flow = || weather().file(file.display().to_string());
    let run_with = |text: &str| -> Result<Run<weather>, Box<dyn Error>> {
        fs::write(&file, text)?;
        Ok(runner.run(flow())?)
    };

    assert_eq!(computed(&run_with(&text)?), NODES);
    // Another file with the same text is the same.
    fs::rename(&file, directory.path().join("moved.csv"))?;
    let moved = weather().file(directory.path().join("moved.csv").display().to_string());
    assert_eq!(computed(&runner.run(moved)?), ["text"]);

    // A day that cannot be changes what was parsed, and nothing behind the cleaning.
    let impossible = format!("{text}2016/01/01,-1.0,1.0,2.0,3.0,sun\n");
    assert_eq!(computed(&run_with(&impossible)?), ["text", "parsed", "days"]);

    // A day's wind is in no monthly mean: the months are computed and come out the same. The reports take the days too.
    assert!(text.contains("2012/01/01,0.0,12.8,5.0,4.7,drizzle"));
    let windier = text.replacen("12.8,5.0,4.7,drizzle", "12.8,5.0,4.8,drizzle", 1);
    let run = run_with(&windier)?;
    assert_eq!(computed(&run), NODES);
    let message = run.node_state(weather::year_2012).message;
    assert!(
        message.contains("`days`") && !message.contains("`months`"),
        "{message}"
    );
    Ok(())
}

#[test]
fn a_file_that_is_none_or_broken_is_an_error_that_says_where() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let runner = Runner::new().store(directory.path().join("store"));
    let file = directory.path().join("weather.csv");
    let flow = || weather().file(file.display().to_string());
    let states = |run: &Run<weather>| {
        run.nodes()
            .map(|(_, state)| state.kind)
            .collect::<Vec<StateType>>()
    };

    let run = runner.run_to_end(flow())?;
    assert_eq!(states(&run)[..3], [Failed, TriggerFailed, TriggerFailed]);
    assert!(
        run.report().unwrap_or_default().contains("No such file"),
        "{run:?}"
    );

    fs::write(
        &file,
        "date,precipitation,temp_max,temp_min,wind,weather\n2012/01/01,0.0,12.8,5.0,4.7,sun\n2012/01/02,much,1,1,1,sun\n",
    )?;
    let run = runner.run_to_end(flow())?;
    assert_eq!(states(&run)[..3], [Success, Failed, TriggerFailed]);
    let report = run.report().unwrap_or_default();
    assert!(
        report.contains("seattle, day 2: invalid float literal"),
        "{report}"
    );

    fs::write(&file, "date,precipitation,temp_max,temp_min,wind,weather\n")?;
    let report = runner.run_to_end(flow())?.report().unwrap_or_default();
    assert!(report.contains("seattle has no days"), "{report}");
    Ok(())
}
