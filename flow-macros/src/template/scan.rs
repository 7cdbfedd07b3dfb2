//! Cuts a template into literal text and variables.
//! It knows the brackets and nothing of what a variable means.

use std::ops::Range;

use super::Fault;

/// Literal text, or a variable; positions count characters of the source.
pub(super) enum Part {
    /// Each character with its place in the source, since `<<` stands for one.
    Text(Vec<(char, usize)>),
    Variable {
        name: String,
        name_at: Range<usize>,
        format: Option<(String, Range<usize>)>,
        /// The brackets included.
        at: Range<usize>,
    },
}

/// The parts of `source`, or the first place where its brackets do not fit: what follows is guesswork.
pub(super) fn scan(source: &str) -> Result<Vec<Part>, Fault> {
    let chars: Vec<char> = source.chars().collect();
    let mut parts = Vec::new();
    let mut text = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let char = chars[at];
        if !matches!(char, '<' | '>' | '{' | '}') {
            text.push((char, at));
            at += 1;
        } else if chars.get(at + 1) == Some(&char) {
            text.push((char, at));
            at += 2;
        } else if let Some(close) = closing(char) {
            let (variable, end) = variable(&chars, at, close)?;
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(variable);
            at = end;
        } else {
            return Err(Fault::new(
                at..at + 1,
                format!("`{char}` closes nothing; write `{char}{char}` for the character itself"),
            ));
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

fn closing(open: char) -> Option<char> {
    match open {
        '<' => Some('>'),
        '{' => Some('}'),
        _ => None,
    }
}

/// The variable whose bracket opens at `open`, and where the source goes on after it.
fn variable(chars: &[char], open: usize, close: char) -> Result<(Part, usize), Fault> {
    let inner = open + 1;
    // Another bracket before the closing one: this one was forgotten.
    let end = chars[inner..]
        .iter()
        .position(|&char| char == close || char == '<' || char == '{')
        .map(|length| inner + length)
        .filter(|&end| chars[end] == close);
    let Some(end) = end else {
        let bracket = chars[open];
        return Err(Fault::new(
            open..inner,
            format!(
                "this `{bracket}` is not closed; write `{bracket}name{close}` for a variable, `{bracket}{bracket}` for the character itself"
            ),
        ));
    };
    let colon = chars[inner..end]
        .iter()
        .position(|&char| char == ':')
        .map(|length| inner + length);
    let name_at = inner..colon.unwrap_or(end);
    let text = |range: Range<usize>| chars[range].iter().collect::<String>();
    if name_at.is_empty() {
        return Err(Fault::new(
            open..end + 1,
            "a variable needs a name, such as `<date>`",
        ));
    }
    let format = colon.map(|colon| (text(colon + 1..end), colon + 1..end));
    Ok((
        Part::Variable {
            name: text(name_at.clone()),
            name_at,
            format,
            at: open..end + 1,
        },
        end + 1,
    ))
}
