//! Four years of weather in Seattle: parse, clean, monthly means, extremes, one report a year.
//!
//! ```text
//! cargo run --example weather -- run
//! cargo run --example weather -- run --station elsewhere --file my.csv
//! ```
//!
//! The input is NOAA's daily record of 2012 to 2015 (1,461 days). Every table has a target, named after the parameter
//! `station`; a second run reads the file again, finds all of them unchanged and computes nothing.

use std::iter;
use std::process::ExitCode;

use flow_runtime::{BoxError, Date, flow, task};
use serde::{Deserialize, Serialize};

/// One line of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Day {
    date: Date,
    /// In mm.
    precipitation: f64,
    /// In °C.
    temp_max: f64,
    /// In °C.
    temp_min: f64,
    /// In m/s.
    wind: f64,
    weather: String,
}

/// The means of a month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Means {
    year: i16,
    month: i8,
    days: usize,
    /// The mean of each day's (max + min) / 2, in °C.
    temperature: f64,
    /// The sum, in mm.
    precipitation: f64,
}

/// The days that stand out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Extremes {
    hottest: Day,
    coldest: Day,
    wettest: Day,
    windiest: Day,
}

/// Reads the file. It has no target: a changed file must be seen.
#[task]
fn read(file: &str) -> std::io::Result<String> {
    std::fs::read_to_string(file)
}

/// Makes days of lines; a line that is none is an error that says which.
#[task(target = "<station>/days.json")]
fn parse(text: &str, station: &str) -> Result<Vec<Day>, BoxError> {
    let mut days = Vec::new();
    for (index, record) in csv::Reader::from_reader(text.as_bytes()).records().enumerate() {
        let day = day(&record?).map_err(|error| format!("{station}, day {}: {error}", index + 1))?;
        days.push(day);
    }
    Ok(days)
}

fn day(record: &csv::StringRecord) -> Result<Day, BoxError> {
    let columns: Vec<&str> = record.iter().collect();
    let [date, precipitation, temp_max, temp_min, wind, weather] = columns[..] else {
        return Err(format!("expected 6 columns, found {}", columns.len()).into());
    };
    Ok(Day {
        date: Date::strptime("%Y/%m/%d", date)?,
        precipitation: precipitation.parse()?,
        temp_max: temp_max.parse()?,
        temp_min: temp_min.parse()?,
        wind: wind.parse()?,
        weather: weather.to_owned(),
    })
}

/// Drops what cannot be, orders the days, and calls a day with rain a rainy one: from 2013 on the file's own label
/// says `sun` or `fog` for most of them.
#[task(target = "<station>/clean.json")]
fn clean(days: &[Day], station: &str) -> Vec<Day> {
    let mut clean: Vec<Day> = days.iter().filter(|day| is_possible(day)).cloned().collect();
    clean.sort_by_key(|day| day.date);
    clean.dedup_by_key(|day| day.date);
    for day in &mut clean {
        if day.precipitation > 0.0 && matches!(day.weather.as_str(), "sun" | "fog") {
            "rain".clone_into(&mut day.weather);
        }
    }
    println!("{station}: {} of {} days are possible", clean.len(), days.len());
    clean
}

fn is_possible(day: &Day) -> bool {
    day.temp_min <= day.temp_max && day.precipitation >= 0.0 && day.wind >= 0.0
}

#[task(target = "<station>/months.json")]
fn monthly_means(days: &[Day], station: &str) -> Vec<Means> {
    let mut months: Vec<Means> = Vec::new();
    for month in days.chunk_by(|a, b| (a.date.year(), a.date.month()) == (b.date.year(), b.date.month())) {
        #[allow(clippy::cast_precision_loss, reason = "a month has at most 31 days")]
        let count = month.len() as f64;
        months.push(Means {
            year: month[0].date.year(),
            month: month[0].date.month(),
            days: month.len(),
            temperature: month
                .iter()
                .map(|day| f64::midpoint(day.temp_max, day.temp_min))
                .sum::<f64>()
                / count,
            precipitation: month.iter().map(|day| day.precipitation).sum(),
        });
    }
    println!("{station}: {} months", months.len());
    months
}

#[task(target = "<station>/extremes.json")]
fn extremes(days: &[Day], station: &str) -> Result<Extremes, String> {
    let most = |of: fn(&Day) -> f64| days.iter().max_by(|a, b| of(a).total_cmp(&of(b))).cloned();
    let found = (|| {
        Some(Extremes {
            hottest: most(|day| day.temp_max)?,
            coldest: most(|day| -day.temp_min)?,
            wettest: most(|day| day.precipitation)?,
            windiest: most(|day| day.wind)?,
        })
    })();
    found.ok_or_else(|| format!("{station} has no days"))
}

#[task(target = "<station>/<year>.txt")]
fn report(months: &[Means], days: &[Day], year: i16, station: &str) -> String {
    let days = || days.iter().filter(|day| day.date.year() == year);
    let rain: f64 = days().map(|day| day.precipitation).sum();
    let wet = days().filter(|day| day.weather == "rain").count();
    let head = format!(
        "{station} {year}: {} days, {wet} of rain, {rain:.1} mm\n",
        days().count()
    );
    let line = |month: &Means| {
        let Means {
            month,
            temperature,
            precipitation,
            ..
        } = month;
        format!("{month:>2} {temperature:>6.1} °C {precipitation:>6.1} mm\n")
    };
    iter::once(head)
        .chain(months.iter().filter(|month| month.year == year).map(line))
        .collect()
}

flow! {
    /// Tables and yearly reports from a station's daily record.
    pub fn weather(
        /// The record: date, precipitation, temp_max, temp_min, wind, weather.
        file: String = concat!(env!("CARGO_MANIFEST_DIR"), "/data/seattle-weather.csv").to_owned(),
        /// Names the results.
        station: String = "seattle".to_owned(),
    ) -> Extremes {
        text = read(file);
        parsed = parse(text, station);
        days = clean(parsed, station);
        months = monthly_means(days, station);
        year_2012 = report(months, days, 2012, station);
        year_2013 = report(months, days, 2013, station);
        year_2014 = report(months, days, 2014, station);
        year_2015 = report(months, days, 2015, station);
        most = extremes(days, station);
        most
    }
}

fn main() -> ExitCode {
    flow_runtime::main()
}
