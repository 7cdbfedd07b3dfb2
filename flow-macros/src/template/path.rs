//! The path that a template makes: relative, plain segments, an extension that picks the format.
//! The values of variables are escaped at run time; here each stands for something harmless.

use std::ops::Range;

use super::{Fault, date, scan::Part};
use crate::suggest;

/// How a checkpoint is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    Bytes,
    Csv,
    Msgpack,
    Postcard,
}

impl Format {
    /// Every format: its name after `format =`, its extension.
    pub(crate) const ALL: [(Self, &str, &str); 6] = [
        (Self::Text, "text", "txt"),
        (Self::Json, "json", "json"),
        (Self::Bytes, "bytes", "bin"),
        (Self::Csv, "csv", "csv"),
        (Self::Msgpack, "msgpack", "msgpack"),
        (Self::Postcard, "postcard", "postcard"),
    ];

    /// The feature that the runtime has it with, and that this crate is told of, where it is missing.
    pub(crate) fn missing(self) -> Option<&'static str> {
        match self {
            Self::Csv if !cfg!(feature = "csv") => Some("csv"),
            Self::Postcard if !cfg!(feature = "postcard") => Some("postcard"),
            _ => None,
        }
    }

    /// The format of this name, as `format =` takes it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, known, _)| *known == name)
            .map(|(format, ..)| format)
    }

    /// The format of this extension.
    fn with_extension(extension: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(.., known)| *known == extension)
            .map(|(format, ..)| format)
    }
}

/// How a checkpoint is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// Every one: its extension, the feature that the runtime has it with.
    const ALL: [(Self, &str, &str); 2] = [(Self::Gzip, "gz", "gzip"), (Self::Zstd, "zst", "zstd")];

    /// That the feature is off which it needs.
    pub(super) fn missing(self) -> Option<String> {
        let (_, extension, feature) = Self::ALL
            .into_iter()
            .find(|(compression, ..)| *compression == self)?;
        self.is_missing()
            .then(|| without_feature(&format!("`.{extension}`"), feature))
    }

    fn is_missing(self) -> bool {
        match self {
            Self::Gzip => !cfg!(any(feature = "gzip", test)),
            Self::Zstd => !cfg!(any(feature = "zstd", test)),
        }
    }
}

/// A character of the path, `None` where only the run knows it, and what in the source it comes from.
struct Place {
    char: Option<char>,
    from: Range<usize>,
    /// Written by the author, not made by a variable.
    literal: bool,
}

/// Reports segments that no path may have.
pub(super) fn check_segments(source: &str, parts: &[Part], faults: &mut Vec<Fault>) {
    let places = places(parts);
    let Some(first) = places.first() else {
        faults.push(Fault::new(
            0..0,
            "the target is empty; write a path such as `reports/<task_name>.json`",
        ));
        return;
    };
    if first.char == Some('/') || has_drive(&places) {
        faults.push(Fault::new(
            first.from.clone(),
            "a target lies in the store; write a relative path, without what stands before its first name",
        ));
        return;
    }
    for place in &places {
        match place.char {
            Some('\\') => faults.push(Fault::new(
                place.from.clone(),
                "write `/` between directories, not `\\`",
            )),
            Some(char) if char.is_control() => faults.push(Fault::new(
                place.from.clone(),
                format!(
                    "a path cannot hold the control character `{}`",
                    char.escape_default()
                ),
            )),
            _ => {}
        }
    }
    let mut end = 0..0;
    for (number, segment) in places.split(|place| place.char == Some('/')).enumerate() {
        // An empty segment has no place of its own; the `/` before it has.
        let at = match segment {
            [] => end.end..end.end + 1,
            [first, .., last] => first.from.start..last.from.end,
            [only] => only.from.clone(),
        };
        end = at.clone();
        if !segment.is_empty() && segment.iter().any(|place| place.char.is_none()) {
            continue;
        }
        let name: String = segment.iter().filter_map(|place| place.char).collect();
        let message = match name.as_str() {
            "" => "an empty segment; write one `/` between names, none at the end".to_owned(),
            "." => "a `.` segment says nothing; leave it out".to_owned(),
            ".." => "a target may not leave the store; write the path without `..`".to_owned(),
            own if number == 0 && own.eq_ignore_ascii_case(".flow") => {
                "`.flow` is where the store keeps its records; use another directory".to_owned()
            }
            _ => continue,
        };
        let at = at.start..at.end.min(source.chars().count());
        faults.push(Fault::new(at, message));
    }
}

/// How the file is compressed, which its last extension says. Where the format is given, that decides whether it needs a feature.
pub(super) fn compression(parts: &[Part], format_given: bool) -> Result<Option<Compression>, Fault> {
    let places = places(parts);
    let Some((compression, _, at)) = last(&places) else {
        return Ok(None);
    };
    match compression.missing().filter(|_| !format_given) {
        Some(message) => Err(Fault::new(at, message)),
        None => Ok(Some(compression)),
    }
}

/// The extension of a compression at the end of the path, and where it stands.
fn last(places: &[Place]) -> Option<(Compression, &'static str, Range<usize>)> {
    Compression::ALL
        .into_iter()
        .find_map(|(compression, extension, _)| {
            let start = places.len().checked_sub(extension.len() + 1)?;
            let end = &places[start..];
            let is_it = end.iter().all(|place| place.literal)
                && end
                    .iter()
                    .map(|place| place.char)
                    .eq(std::iter::once('.').chain(extension.chars()).map(Some));
            // A dot that opens the name makes a hidden file.
            let is_hidden = start == 0 || places[start - 1].char == Some('/');
            (is_it && !is_hidden).then(|| {
                let at = end[0].from.start..end[end.len() - 1].from.end;
                (compression, extension, at)
            })
        })
}

/// What the extension stands for, or why it says nothing.
pub(super) fn extension(parts: &[Part]) -> Result<Format, Fault> {
    let known = Format::ALL
        .map(|(_, name, extension)| format!("`.{extension}` ({name})"))
        .join(", ");
    let names = Format::ALL.map(|(_, name, _)| name).join("|");
    let mut places = places(parts);
    let compressed = last(&places);
    if let Some((_, extension, ..)) = &compressed {
        // The format is said before it.
        places.truncate(places.len() - extension.len() - 1);
    }
    let start = places
        .iter()
        .rposition(|place| place.char == Some('/'))
        .map_or(0, |slash| slash + 1);
    let file = &places[start..];
    let file_at = file[0].from.start..file[file.len() - 1].from.end;
    // A dot that opens the name makes a hidden file, not an extension.
    let dot = file
        .iter()
        .rposition(|place| place.char == Some('.'))
        .filter(|&dot| dot > 0);
    let Some(dot) = dot else {
        if let Some((_, extension, at)) = compressed {
            let message = format!(
                "`.{extension}` says how the file is compressed, not its format; write `.json.{extension}`, or add `format = {names}`"
            );
            return Err(Fault::new(at, message));
        }
        let message = format!(
            "the file has no extension to pick its format; end it with {known}, or add `format = {names}`"
        );
        return Err(Fault::new(file_at, message));
    };
    let at = file[dot].from.start..file_at.end;
    if !file[dot..].iter().all(|place| place.literal) {
        let message =
            format!("the extension comes from a variable, so it picks no format; add `format = {names}`");
        return Err(Fault::new(at, message));
    }
    let extension: String = file[dot + 1..].iter().filter_map(|place| place.char).collect();
    let format = Format::with_extension(&extension);
    if let Some(feature) = format.and_then(Format::missing) {
        return Err(Fault::new(
            at,
            without_feature(&format!("`.{extension}`"), feature),
        ));
    }
    format.ok_or_else(|| {
        let lower = extension.to_lowercase();
        let extensions = Format::ALL.map(|(.., extension)| extension);
        let meant = match suggest::closest(&lower, extensions) {
            Some(meant) => format!("did you mean `.{meant}`? otherwise "),
            None => String::new(),
        };
        let message = format!(
            "`.{extension}` picks no format; {meant}end the file with {known}, or add `format = {names}`"
        );
        Fault::new(at, message)
    })
}

/// That something needs a feature which is off.
pub(crate) fn without_feature(what: &str, feature: &str) -> String {
    format!("{what} needs the feature `{feature}`: `cargo add flow-runtime --features {feature}`")
}

fn places(parts: &[Part]) -> Vec<Place> {
    let mut places = Vec::new();
    for part in parts {
        match part {
            Part::Text(chars) => places.extend(chars.iter().map(|&(char, at)| Place {
                char: Some(char),
                from: at..at + 1,
                literal: true,
            })),
            Part::Variable {
                name,
                format: Some((format, _)),
                at,
                ..
            } if name == "date" => {
                places.extend(date::sample(format).chars().map(|char| Place {
                    char: Some(char),
                    from: at.clone(),
                    literal: false,
                }));
            }
            Part::Variable { at, .. } => places.push(Place {
                char: None,
                from: at.clone(),
                literal: false,
            }),
        }
    }
    places
}

/// `C:`, which is absolute on one system.
fn has_drive(places: &[Place]) -> bool {
    match places {
        [letter, colon, ..] => {
            letter.char.is_some_and(|char| char.is_ascii_alphabetic()) && colon.char == Some(':')
        }
        _ => false,
    }
}
