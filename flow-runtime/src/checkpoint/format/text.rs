//! [`Text`]: values as text files. `()` is an empty file, a `String` is itself, all else is `Display` and `FromStr`.
//!
//! People edit text files, and editors add a final newline: one is forgiven, but for a `String`. A text of another type
//! that ends in a newline itself is written with one more.

use std::any::TypeId;
use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;

/// A type whose values can be written as text and read back. The marker tells the implementations apart and is
/// inferred: write `Codec::text::<T, _>()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as text: implement Display and FromStr, or choose `.json`",
    label = "cannot be written as text",
    note = "the error of `FromStr` must implement `Display`"
)]
pub trait Text<Marker>: Sized {
    /// The text to store.
    fn to_text(&self) -> String;

    /// The value of stored text.
    ///
    /// # Errors
    /// When the text is no value of this type.
    fn from_text(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>>;
}

/// Marks the text of `()`, which is none.
#[derive(Debug, Clone, Copy)]
pub struct Empty;

/// Marks text by `Display` and `FromStr`.
#[derive(Debug, Clone, Copy)]
pub struct Parsed;

#[diagnostic::do_not_recommend]
impl Text<Empty> for () {
    fn to_text(&self) -> String {
        String::new()
    }

    fn from_text(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if without_newline(text).is_empty() {
            Ok(())
        } else {
            Err("expected an empty file".into())
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> Text<Parsed> for T
where
    T: Display + FromStr + 'static,
    T::Err: Display,
{
    fn to_text(&self) -> String {
        let mut text = self.to_string();
        if !is_exact::<T>() && text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    fn from_text(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let text = if is_exact::<T>() {
            text
        } else {
            without_newline(text)
        };
        text.parse()
            .map_err(|error: T::Err| format!("`{}`: {error}", excerpt(text)).into())
    }
}

/// A `String` is its file, to the last newline. (An implementation beside the one above would be ambiguous.)
fn is_exact<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<String>()
}

fn without_newline(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text)
}

/// The beginning of a text, fit for one line of a message.
fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::str::FromStr;

    use crate::checkpoint::Codec;

    #[derive(Debug, PartialEq)]
    struct Celsius(f64);

    impl fmt::Display for Celsius {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} °C", self.0)
        }
    }

    impl FromStr for Celsius {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            let number = text.strip_suffix(" °C").ok_or("no unit")?;
            number.parse().map(Self).map_err(|_| "no number".to_owned())
        }
    }

    #[track_caller]
    fn check<T: PartialEq + fmt::Debug + 'static>(codec: Codec, value: &T, text: &str, also: &[&str]) {
        assert_eq!((codec.encode)(value).unwrap(), text.as_bytes());
        for text in also.iter().copied().chain([text]) {
            assert_eq!(
                (codec.decode)(text.as_bytes()).unwrap().downcast_ref(),
                Some(value),
                "{text:?}"
            );
        }
    }

    #[test]
    fn one_final_newline_is_forgiven_but_for_strings() {
        const UNIT: Codec = Codec::text::<(), _>();
        const STRING: Codec = Codec::text::<String, _>();
        const NUMBER: Codec = Codec::text::<f64, _>();
        const OWN: Codec = Codec::text::<Celsius, _>();
        check(UNIT, &(), "", &["\n", "\r\n"]);
        check(STRING, &"Task 1".to_owned(), "Task 1", &[]);
        check(STRING, &"Task 1\n".to_owned(), "Task 1\n", &[]);
        check(STRING, &String::new(), "", &[]);
        check(NUMBER, &-0.5, "-0.5", &["-0.5\n", "-0.5\r\n"]);
        check(OWN, &Celsius(21.5), "21.5 °C", &["21.5 °C\n"]);
        check(
            Codec::text::<jiff::civil::Date, _>(),
            &jiff::civil::date(2026, 11, 23),
            "2026-11-23",
            &["2026-11-23\n"],
        );

        for (codec, text) in [
            (NUMBER, "1\n\n"),
            (UNIT, "\n\n"),
            (UNIT, "x"),
            (OWN, "21.5 °C \n"),
        ] {
            assert!((codec.decode)(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_newline_at_the_end_of_a_value_comes_back() {
        /// A newtype, whose every text is a value.
        #[derive(Debug, PartialEq)]
        struct Lines(String);

        impl fmt::Display for Lines {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for Lines {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self(text.to_owned()))
            }
        }

        const LINES: Codec = Codec::text::<Lines, _>();
        for (value, text) in [
            ("", ""),
            ("one", "one"),
            ("one\r", "one\r"),
            ("two\nlines\n", "two\nlines\n\n"),
            ("\r\n", "\r\n\n"),
            ("\n\n", "\n\n\n"),
        ] {
            check(LINES, &Lines(value.to_owned()), text, &[]);
        }
        check(Codec::text::<char, _>(), &'\n', "\n\n", &[]);
        check(Codec::text::<char, _>(), &'\r', "\r", &[]);
    }

    #[test]
    fn what_does_not_parse_is_shown() {
        let error = |codec: Codec, bytes: &[u8]| (codec.decode)(bytes).unwrap_err().to_string();
        assert_eq!(
            error(Codec::text::<u8, _>(), b"300\n"),
            "`300`: number too large to fit in target type"
        );
        assert_eq!(error(Codec::text::<Celsius, _>(), b"21\t"), "`21\\t`: no unit");
        let long = "9".repeat(100);
        assert!(
            error(Codec::text::<u8, _>(), long.as_bytes()).starts_with(&format!("`{}…`", "9".repeat(40)))
        );
        assert_eq!(error(Codec::text::<(), _>(), b"x"), "expected an empty file");
        assert!(error(Codec::text::<String, _>(), &[b'a', 0xff]).contains("invalid utf-8"));
    }
}
