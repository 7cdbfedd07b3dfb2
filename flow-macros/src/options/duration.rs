//! Durations as strings: `"10s"`, `"1h 30m"`. jiff reads more than that; what has another form, or means what depends on a
//! calendar, is refused with what to write, so that every duration in a program looks alike.

use std::time::Duration;

use jiff::SignedDuration;
use proc_macro2::TokenStream;
use syn::Lit;

use super::error;
use super::value::{expected, literal};

/// A hundred years: no attempt takes longer, and with it no time that is computed from a duration is out of range.
const LONGEST: Duration = Duration::from_hours(36_525 * 24);

/// What a digit more makes longer than any type holds.
const MOST_DIGITS: usize = 18;

/// Units that are not always as long, as jiff writes them.
const CALENDAR: [&str; 16] = [
    "d", "day", "days", "w", "wk", "wks", "week", "weeks", "mo", "mos", "month", "months", "y", "yr", "year",
    "years",
];

/// A duration in quotes.
pub(crate) fn duration(value: TokenStream, example: &str) -> syn::Result<Duration> {
    let Some(Lit::Str(text)) = literal(value.clone()) else {
        return Err(expected("a duration in quotes", example, value));
    };
    read(&text.value()).map_err(|message| error(text, message))
}

/// A duration as an author writes it.
pub(crate) fn written(duration: Duration) -> String {
    SignedDuration::try_from(duration).map_or_else(|_| format!("{duration:?}"), |of| format!("{of:#}"))
}

fn read(text: &str) -> Result<Duration, String> {
    let parsed: SignedDuration = text.parse().map_err(|_| unreadable(text))?;
    let duration = parsed.unsigned_abs();
    let written = written(duration);
    if duration > LONGEST {
        Err(too_long(text))
    } else if parsed.is_negative() {
        Err(format!(
            "`{text}` is negative, and a duration is not; write `\"{written}\"`"
        ))
    } else if text.contains(':') || text.trim_start_matches('+').starts_with(['P', 'p']) {
        Err(format!(
            "a duration is written with its units, as `\"10s\"` or `\"1h 30m\"`; for `{text}` write `\"{written}\"`"
        ))
    } else {
        Ok(duration)
    }
}

/// Why jiff cannot read it.
fn unreadable(text: &str) -> String {
    let digits = text.split(|letter: char| !letter.is_ascii_digit());
    let mut words = text.split(|letter: char| !letter.is_alphabetic());
    if text.parse::<f64>().is_ok_and(f64::is_finite) {
        format!("`{text}` has no unit; write `\"{text}s\"` for seconds")
    } else if digits.map(str::len).any(|length| length > MOST_DIGITS) {
        too_long(text)
    } else if words.any(|word| CALENDAR.contains(&word)) {
        format!("`{text}` counts in days or more, which are not all as long; write hours, as `\"24h\"`")
    } else {
        format!(
            "`{text}` is no duration; write hours, minutes, seconds and their parts, as `\"10s\"`, `\"1h 30m\"` or `\"250ms\"`"
        )
    }
}

fn too_long(text: &str) -> String {
    format!("`{text}` is longer than a hundred years; write a duration such as `\"10s\"` or `\"1h 30m\"`")
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, read};
    use std::time::Duration;

    #[test]
    fn hours_minutes_seconds_and_their_parts_are_read() {
        for (text, millis) in [
            ("10s", 10_000),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            ("250ms", 250),
            ("1.5s", 1_500),
            ("2 hours, 5 minutes", 7_500_000),
            ("0s", 0),
        ] {
            assert_eq!(read(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(read("876600h"), Ok(LONGEST));
    }

    #[test]
    fn other_forms_say_what_to_write() {
        for (text, message) in [
            ("-5s", "`-5s` is negative, and a duration is not; write `\"5s\"`"),
            (
                "5 minutes ago",
                "`5 minutes ago` is negative, and a duration is not; write `\"5m\"`",
            ),
            (
                "PT1H30M",
                "a duration is written with its units, as `\"10s\"` or `\"1h 30m\"`; for `PT1H30M` write `\"1h 30m\"`",
            ),
            (
                "00:05:00",
                "a duration is written with its units, as `\"10s\"` or `\"1h 30m\"`; for `00:05:00` write `\"5m\"`",
            ),
            ("5", "`5` has no unit; write `\"5s\"` for seconds"),
            (
                "1d",
                "`1d` counts in days or more, which are not all as long; write hours, as `\"24h\"`",
            ),
            (
                "876601h",
                "`876601h` is longer than a hundred years; write a duration such as `\"10s\"` or `\"1h 30m\"`",
            ),
            (
                "99999999999999999999h",
                "`99999999999999999999h` is longer than a hundred years; write a duration such as `\"10s\"` or `\"1h 30m\"`",
            ),
            (
                "1m 1h",
                "`1m 1h` is no duration; write hours, minutes, seconds and their parts, as `\"10s\"`, `\"1h 30m\"` or `\"250ms\"`",
            ),
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }
}
