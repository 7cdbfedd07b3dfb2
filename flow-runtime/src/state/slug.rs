//! Slugs: the names of nodes in a run state, those of a `for`'s children and of a sub-flow's nodes among them.

use core::fmt;
use core::str::FromStr;

/// The name of a node in a run state: `rows`, the child `pages[3]` or `pages["https://…"]` of a `for`, the node
/// `yearly/total` of a sub-flow.
///
/// ```text
/// slug    = segment *( "/" segment )
/// segment = name *( "[" ( number / string ) "]" )
/// name    = 1*( any character but `/`, `[`, `]`, `"`, `\`, white space and control characters )
/// number  = decimal digits without leading zeros, at most 18446744073709551615
/// string  = a JSON string, with JSON's escapes
/// ```
///
/// ```
/// use flow_runtime::state::{Index, Slug};
///
/// let slug: Slug = r#"years[2]/pages["a/b \"c\""]"#.parse()?;
/// assert_eq!(slug.segments()[1].index, [Index::Keyed("a/b \"c\"".to_owned())]);
/// assert_eq!(slug.to_string(), r#"years[2]/pages["a/b \"c\""]"#);
/// # Ok::<(), flow_runtime::state::InvalidSlug>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(Vec<Segment>);

/// One part of a [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Segment {
    /// The node's name in its flow.
    pub name: String,
    /// Which child of a `for`, the outermost first; empty for a plain node.
    pub index: Vec<Index>,
}

/// Which child of a `for`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Index {
    /// By its place, from 0.
    At(u64),
    /// By its key.
    Keyed(String),
}

/// Text that is no slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no slug: {what} at byte {at}", .text.escape_debug())]
pub struct InvalidSlug {
    /// The text.
    pub text: String,
    /// Where it stops to be one.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl Slug {
    /// Its segments, at least one.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Checks text without keeping anything of it.
    pub(crate) fn check(text: &str) -> Result<(), InvalidSlug> {
        // Nearly all are identifiers.
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if !text.is_empty() && text.as_bytes().iter().all(is_plain) {
            return Ok(());
        }
        text.parse::<Self>().map(|_| ())
    }

    /// The name, where it is that of a plain node of the flow itself.
    pub fn plain(&self) -> Option<&str> {
        match &*self.0 {
            [only] if only.index.is_empty() => Some(&only.name),
            _ => None,
        }
    }
}

/// What tells a child from the others of its `for`: `[3]`, or `["key"]`.
pub(crate) fn label(place: impl fmt::Display, key: Option<&str>) -> String {
    match key {
        Some(key) => format!("[{}]", serde_json::Value::from(key)),
        None => format!("[{place}]"),
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("/")?;
            }
            f.write_str(&segment.name)?;
            for index in &segment.index {
                f.write_str(&match index {
                    Index::At(number) => label(number, None),
                    Index::Keyed(key) => label("", Some(key)),
                })?;
            }
        }
        Ok(())
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let mut reader = Reader { text, at: 0 };
        let mut segments = vec![reader.segment()?];
        while reader.take('/') {
            segments.push(reader.segment()?);
        }
        if reader.at < text.len() {
            return Err(reader.wrong("expected `/`, `[` or the end"));
        }
        Ok(Self(segments))
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.rest().starts_with(wanted);
        self.at += if is_next { wanted.len_utf8() } else { 0 };
        is_next
    }

    fn wrong(&self, what: &'static str) -> InvalidSlug {
        InvalidSlug {
            text: self.text.to_owned(),
            at: self.at,
            what,
        }
    }

    fn segment(&mut self) -> Result<Segment, InvalidSlug> {
        let ends = |c: char| "/[]\"\\".contains(c) || c.is_whitespace() || c.is_control();
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        if length == 0 {
            return Err(self.wrong("expected a name"));
        }
        let name = self.rest()[..length].to_owned();
        self.at += length;
        let mut index = Vec::new();
        while self.take('[') {
            index.push(if self.rest().starts_with('"') {
                Index::Keyed(self.string()?)
            } else {
                Index::At(self.number()?)
            });
            if !self.take(']') {
                return Err(self.wrong("expected `]`"));
            }
        }
        Ok(Segment { name, index })
    }

    fn number(&mut self) -> Result<u64, InvalidSlug> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = &rest[..length];
        // One number has one spelling, or one child would have two names.
        match digits.parse() {
            Ok(number) if digits == "0" || !digits.starts_with('0') => {
                self.at += length;
                Ok(number)
            }
            _ => Err(self.wrong("expected a number without leading zeros, or a string")),
        }
    }

    fn string(&mut self) -> Result<String, InvalidSlug> {
        let mut strings = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
        match strings.next() {
            Some(Ok(key)) => {
                self.at += strings.byte_offset();
                Ok(key)
            }
            _ => Err(self.wrong("expected a JSON string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Index, Segment, Slug};

    #[test]
    fn slugs_are_read() {
        for (text, segments) in [
            ("rows", 1),
            ("year/rows", 2),
            ("a[0]", 1),
            ("a[18446744073709551615][\"\"]/b", 2),
            ("größe-1.x", 1),
            (r#"a["\u0000]/["]"#, 1),
        ] {
            let slug: Slug = text.parse().unwrap();
            assert_eq!(slug.segments().len(), segments, "{text}");
            assert_eq!(slug.to_string().parse(), Ok(slug), "{text}");
        }
    }

    #[test]
    fn what_is_no_slug_says_where() {
        for (text, at) in [
            ("", 0),
            ("/a", 0),
            ("a/", 2),
            ("a//b", 2),
            ("a b", 1),
            ("a[", 2),
            ("a[]", 2),
            ("a[01]", 2),
            ("a[-1]", 2),
            ("a[18446744073709551616]", 2),
            ("a[1", 3),
            ("a[\"x]", 2),
            ("a[\"x\" ]", 5),
            ("a]b", 1),
            ("a\\b", 1),
        ] {
            assert_eq!(text.parse::<Slug>().map_err(|error| error.at), Err(at), "{text}");
        }
    }

    fn slug() -> impl Strategy<Value = Slug> {
        let index = prop_oneof![
            any::<u64>().prop_map(Index::At),
            any::<String>().prop_map(Index::Keyed)
        ];
        let name = "[^/\\[\\]\"\\\\\\s\\p{C}]{1,8}";
        let segment =
            (name, prop::collection::vec(index, 0..3)).prop_map(|(name, index)| Segment { name, index });
        prop::collection::vec(segment, 1..4).prop_map(Slug)
    }

    proptest! {
        #[test]
        fn every_slug_survives_its_text(slug in slug()) {
            prop_assert_eq!(slug.to_string().parse::<Slug>(), Ok(slug));
        }

        #[test]
        fn any_text_is_a_slug_or_an_error(text in any::<String>()) {
            if let Ok(slug) = text.parse::<Slug>() {
                prop_assert_eq!(slug.to_string().parse::<Slug>(), Ok(slug));
            }
        }
    }
}
