//! The formats of `<date:…>`: whether jiff knows every directive, and whether the result can stand in a path.
//! The date itself comes at run time; here one fixed date shows what a format does.

use std::ops::Range;

use jiff::{Zoned, civil, fmt::strtime, tz::TimeZone};

use super::{Fault, Piece};

/// What `<date>` means without a format.
const DEFAULT: &str = "%Y-%m-%d";

/// The piece for `<date>` or `<date:format>`.
pub(super) fn piece(format: Option<&(String, Range<usize>)>) -> Result<Piece, Fault> {
    let Some((format, at)) = format else {
        return Ok(Piece::Date(DEFAULT.to_owned()));
    };
    check(format, at)?;
    Ok(Piece::Date(format.clone()))
}

/// What `format` makes of the fixed date.
///
/// # Panics
///
/// On a format that [`piece`] did not accept.
pub(super) fn sample(format: &str) -> String {
    strtime::format(format, &fixed()).expect("every directive was tried on its own")
}

fn fixed() -> Zoned {
    civil::date(2006, 1, 2)
        .at(0, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .expect("UTC has this moment")
}

fn check(format: &str, at: &Range<usize>) -> Result<(), Fault> {
    if format.is_empty() {
        return Err(Fault::new(
            at.start - 1..at.start,
            format!("a format is missing after `:`; write `<date:{DEFAULT}>` or `<date>`"),
        ));
    }
    let directives = directives(format);
    for (directive, place) in &directives {
        let place = at.start + place.start..at.start + place.end;
        if directive.ends_with('Q') {
            return Err(Fault::new(
                place,
                format!(
                    "`{directive}` writes the time zone's name, which may hold a `/`; use `%z`, or leave it out"
                ),
            ));
        }
        match strtime::format(directive, &fixed()) {
            Err(_) => return Err(Fault::new(place, unknown(directive))),
            Ok(rendered) if rendered.chars().any(char::is_control) => {
                return Err(Fault::new(
                    place,
                    format!("`{directive}` writes a control character, which no path can hold; leave it out"),
                ));
            }
            Ok(_) => {}
        }
    }
    if directives.iter().all(|(directive, _)| directive == "%%") {
        return Err(Fault::new(
            at.clone(),
            format!(
                "the format `{format}` holds no directive, so it is the same every day; write `{DEFAULT}`"
            ),
        ));
    }
    Ok(())
}

/// What is wrong with a directive that jiff refuses.
fn unknown(directive: &str) -> String {
    let Some(letter) = directive.chars().last().filter(char::is_ascii_alphabetic) else {
        return format!(
            "`{directive}` has no letter; write a directive such as `%d`, or `%%` for the character itself"
        );
    };
    let plain = format!("%{letter}");
    if plain != directive && strtime::format(&plain, &fixed()).is_ok() {
        return format!("unknown strftime directive `{directive}`; did you mean `{plain}`?");
    }
    format!("unknown strftime directive `{directive}`; write one such as `%Y`, `%m`, `%d` or `%H`")
}

/// Every `%…` with its place in the format, counted in characters.
fn directives(format: &str) -> Vec<(String, Range<usize>)> {
    let chars: Vec<char> = format.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] != '%' {
            at += 1;
            continue;
        }
        // Flags, a width, colons and a precision stand between `%` and its letter.
        let letter = chars[at + 1..]
            .iter()
            .position(|char| !matches!(char, '-' | '_' | '^' | '#' | ':' | '.' | '0'..='9'))
            .map_or(chars.len() - 1, |length| at + 1 + length);
        found.push((chars[at..=letter].iter().collect(), at..letter + 1));
        at = letter + 1;
    }
    found
}
