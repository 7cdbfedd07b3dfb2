//! Logical time, its zone, and the ids of runs.

use flow_runtime::{Context, Date, LogicalTime, Runner, StartError, flow, task};

use crate::place::{Place, Tested, assert_holds, kinds};

#[task]
fn logical(context: &Context) -> String {
    context.logical_time().to_string()
}

#[task(target = "<date:%Y/%m/%d>/<date:%H%M>-<task_name>.txt")]
fn dated() -> u32 {
    1
}

/// The logical time of a run, as its bodies see it.
fn time_of(runner: &Runner) -> Result<String, Box<dyn std::error::Error>> {
    Ok(runner.run(flow! { l = logical(); l })?.output().clone())
}

#[test]
fn a_date_is_midnight_in_the_zone() -> Tested {
    let day = Runner::in_memory().date(Date::constant(2026, 11, 23));
    assert_eq!(time_of(&day)?, "2026-11-23T00:00:00+00:00[UTC]");
    assert_eq!(
        time_of(&day.clone().tz("Europe/Berlin"))?,
        "2026-11-23T00:00:00+01:00[Europe/Berlin]"
    );
    assert_eq!(
        time_of(&day.tz("America/New_York"))?,
        "2026-11-23T00:00:00-05:00[America/New_York]"
    );
    Ok(())
}

#[test]
fn midnight_that_a_clock_change_skips_is_the_first_instant_of_the_day() -> Tested {
    // In Beirut the clocks went from 0:00 to 1:00 on that day.
    let runner = Runner::in_memory()
        .date(Date::constant(2022, 3, 27))
        .tz("Asia/Beirut");
    assert_eq!(time_of(&runner)?, "2022-03-27T01:00:00+03:00[Asia/Beirut]");
    Ok(())
}

#[test]
fn midnight_that_comes_twice_is_the_first_one() -> Tested {
    // In Havana the clocks went from 1:00 back to 0:00 on that day.
    let runner = Runner::in_memory()
        .date(Date::constant(2022, 11, 6))
        .tz("America/Havana");
    assert_eq!(time_of(&runner)?, "2022-11-06T00:00:00-04:00[America/Havana]");
    Ok(())
}

#[test]
fn a_day_that_its_zone_skips_is_refused_before_anything_runs() -> Tested {
    // Samoa crossed the date line: its clocks went from the end of the 29th to the start of the 31st.
    let on = |day| {
        let date = Date::constant(2011, 12, day);
        Runner::in_memory().date(date).tz("Pacific/Apia")
    };
    assert_eq!(time_of(&on(29))?, "2011-12-29T00:00:00-10:00[Pacific/Apia]");
    assert_eq!(time_of(&on(31))?, "2011-12-31T00:00:00+14:00[Pacific/Apia]");
    let error = on(30).run_to_end(flow! { l = logical(); l }).err();
    assert!(matches!(error, Some(StartError::Time { .. })), "{error:?}");
    Ok(())
}

#[test]
fn a_time_with_a_zone_of_its_own_is_in_that_zone_unless_the_runner_names_one() -> Tested {
    for text in [
        "2026-03-29T10:00Z[Europe/Berlin]",
        "2026-03-29T12:00+02:00[Europe/Berlin]",
        "2026-03-29T12:00[Europe/Berlin]",
    ] {
        let runner = Runner::in_memory().date(text.parse::<LogicalTime>()?);
        assert_eq!(time_of(&runner)?, "2026-03-29T12:00:00+02:00[Europe/Berlin]");
        assert_eq!(
            time_of(&runner.tz("Asia/Tokyo"))?,
            "2026-03-29T19:00:00+09:00[Asia/Tokyo]"
        );
    }
    // Skipped by the zone, had twice, of another offset, of no zone.
    for text in [
        "2026-03-29T02:30[Europe/Berlin]",
        "2026-10-25T02:30[Europe/Berlin]",
        "2026-03-29T12:00+05:00[Europe/Berlin]",
        "2026-03-29T12:00[Europe/Atlantis]",
        "2011-12-30[Pacific/Apia]",
    ] {
        assert!(text.parse::<LogicalTime>().is_err(), "{text}");
    }
    Ok(())
}

#[test]
fn an_instant_is_shown_in_the_zone() -> Tested {
    let at: LogicalTime = "2026-11-23T23:30:00Z".parse()?;
    assert_eq!(
        time_of(&Runner::in_memory().date(at.clone()))?,
        "2026-11-23T23:30:00+00:00[UTC]"
    );
    let place = Place::new()?;
    place
        .runner()
        .date(at)
        .tz("Asia/Tokyo")
        .run(flow! { d = dated(); })?;
    assert_eq!(place.files()?, ["2026/11/24/0830-dated.txt"]);
    Ok(())
}

#[test]
fn a_time_without_an_offset_is_refused() {
    for text in [
        "2026-11-23T09:00:00",
        "2026-11-23 09:00",
        "09:00",
        "2026-13-01",
        "2026-02-30",
        "today",
        "",
    ] {
        assert!(text.parse::<LogicalTime>().is_err(), "{text}");
    }
}

#[test]
fn a_flow_has_a_zone_of_its_own_and_the_runner_wins() -> Tested {
    flow! {
        #[flow(tz = "Asia/Kolkata")]
        fn zoned() -> String { l = logical(); l }
    }

    let day = Runner::in_memory().date(Date::constant(2026, 1, 2));
    assert_eq!(
        day.run(zoned())?.output(),
        "2026-01-02T00:00:00+05:30[Asia/Kolkata]"
    );
    assert_eq!(
        day.tz("UTC").run(zoned())?.output(),
        "2026-01-02T00:00:00+00:00[UTC]"
    );
    Ok(())
}

#[test]
fn an_unknown_zone_is_refused_before_anything_runs() -> Tested {
    let place = Place::new()?;
    let error = place
        .runner()
        .tz("Europe/Atlantis")
        .run_to_end(flow! { d = dated(); })
        .err()
        .ok_or("it started")?;
    assert!(matches!(error, StartError::Zone { .. }));
    assert_holds(&error.to_string(), &["Europe/Atlantis", "UTC"]);
    assert_eq!(place.files()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn another_date_is_another_target() -> Tested {
    use flow_runtime::StateType::{Cached, Success};

    let f = flow! { d = dated(); };
    let place = Place::new()?;
    let on = |day| place.runner().date(Date::constant(2026, 11, day)).run(f);
    assert_eq!(kinds(&on(23)?), [Success]);
    assert_eq!(kinds(&on(24)?), [Success]);
    assert_eq!(kinds(&on(23)?), [Cached]);
    assert_eq!(
        place.files()?,
        ["2026/11/23/0000-dated.txt", "2026/11/24/0000-dated.txt"]
    );
    Ok(())
}

#[test]
fn without_a_date_the_logical_time_is_the_runs_start_and_frozen() -> Tested {
    #[task]
    fn twice(a: &str, context: &Context) -> (String, String) {
        std::thread::sleep(std::time::Duration::from_millis(5));
        (a.to_owned(), context.logical_time().to_string())
    }

    let f = flow! { a = logical(); b = twice(a); b };
    let run = Runner::in_memory().run(f)?;
    let (first, second) = run.output();
    assert_eq!((first, second), (second, &run.logical_time().to_string()));
    Ok(())
}

#[test]
fn run_ids_sort_by_time() -> Tested {
    let f = flow! { l = logical(); l };
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(Runner::in_memory().run(f)?.id().to_string());
    }
    let mut sorted = ids.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(ids, sorted);
    assert!(
        ids.iter()
            .all(|id| id.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))),
        "{ids:?}"
    );
    Ok(())
}

#[test]
fn a_run_id_in_a_target_makes_every_run_its_own() -> Tested {
    #[task(target = "<run_id>/<node>.txt")]
    fn own() -> u32 {
        1
    }

    let f = flow! { o = own(); };
    let place = Place::new()?;
    let mut expected = Vec::new();
    for _ in 0..3 {
        expected.push(format!("{}/o.txt", place.runner().run(f)?.id()));
    }
    assert_eq!(place.files()?, expected);
    Ok(())
}
