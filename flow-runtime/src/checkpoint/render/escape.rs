//! How a value stands in a path: as a part of one name, whatever it is.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What an empty value is: a `%` that no digits follow.
const EMPTY: &str = "%";

/// A value as it stands in a path: each byte of `%`, `/`, `\` and control characters is `%` and two hexadecimal digits; so is the
/// first dot of `.`, `..` and `.flow`. An empty value is `%`. Different values never look the same.
///
/// ```
/// use flow_runtime::checkpoint::{escaped, unescaped};
///
/// assert_eq!(escaped("2026-11-24"), "2026-11-24");
/// assert_eq!(escaped("a/b"), "a%2Fb");
/// assert_eq!(escaped(".."), "%2E.");
/// assert_eq!(unescaped("a%2Fb").as_deref(), Some("a/b"));
/// ```
pub fn escaped(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return EMPTY.into();
    }
    if !(0..bytes.len()).any(|place| is_in_digits(bytes, place)) {
        return value.into();
    }
    let mut escaped = String::with_capacity(bytes.len() + 2);
    for (place, char) in value.char_indices() {
        if is_in_digits(bytes, place) {
            for byte in &bytes[place..place + char.len_utf8()] {
                let _ = write!(escaped, "%{byte:02X}");
            }
        } else {
            escaped.push(char);
        }
    }
    escaped.into()
}

/// Whether this byte of a text is written in digits: the one rule, for what is known at compile time too.
pub(crate) const fn is_in_digits(text: &[u8], place: usize) -> bool {
    let is_reserved = matches!(text, b"." | b"..") || text.eq_ignore_ascii_case(b".flow");
    let byte = text[place];
    // The control characters behind ASCII are of two bytes, the first of which only begins such and a few others.
    let is_control = byte.is_ascii_control()
        || (byte == 0xC2 && matches!(text[place + 1], 0x80..=0x9F))
        || (place > 0 && text[place - 1] == 0xC2 && matches!(byte, 0x80..=0x9F));
    is_control || matches!(byte, b'%' | b'/' | b'\\') || (is_reserved && place == 0)
}

/// The value that stands so in a path; `None` where none does.
pub fn unescaped(name: &str) -> Option<String> {
    if name == EMPTY {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte == b'%' {
            let (digits, behind) = rest.split_first_chunk::<2>()?;
            let digits = str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = behind;
        } else {
            bytes.push(byte);
        }
    }
    let value = String::from_utf8(bytes).ok()?;
    // One value has one form.
    (escaped(&value) == name).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{escaped, unescaped};

    #[test]
    fn what_a_name_cannot_hold_is_written_in_digits() {
        for (value, name) in [
            ("", "%"),
            (".", "%2E"),
            ("..", "%2E."),
            ("...", "..."),
            (".hidden", ".hidden"),
            (".Flow", "%2EFlow"),
            ("a/../b", "a%2F..%2Fb"),
            ("C:\\x", "C:%5Cx"),
            ("50%", "50%25"),
            ("%2F", "%252F"),
            ("a\nb\0", "a%0Ab%00"),
            ("\u{85}", "%C2%85"),
            ("grün ∕", "grün ∕"),
        ] {
            assert_eq!(escaped(value), name);
            assert_eq!(unescaped(name).as_deref(), Some(value));
        }
    }

    #[test]
    fn what_no_value_looks_like_is_none() {
        for name in [
            "", ".", "..", ".flow", "a/b", "%2", "%zz", "%2f", "%41", "%ff", "%%", "a%", "%+1",
        ] {
            assert_eq!(unescaped(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value in any::<String>()) {
            let name = escaped(&value);
            prop_assert!(!name.is_empty() && !name.contains(['/', '\\']) && name != "." && name != "..");
            prop_assert_eq!(unescaped(&name), Some(value.clone()));
        }
    }
}
