//! [`StorePath`], the only way to address anything in a store: confinement is by type.
//!
//! It knows no file system; what a symbolic link inside a store may do is the local store's affair.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest segment of a path in bytes: what common file systems allow.
pub const MAX_SEGMENT: usize = 255;

/// A path relative to the root of a store: segments between `/`, none of them empty, `.` or `..`, without control
/// characters and `\`, at most 255 bytes each. It cannot lead out of the store.
///
/// ```
/// use flow_runtime::store::StorePath;
///
/// let path: StorePath = "2026-11-23/task1.txt".parse()?;
/// assert_eq!(path.segments().last(), Some("task1.txt"));
/// assert!("../secrets".parse::<StorePath>().is_err());
/// # Ok::<(), flow_runtime::store::InvalidPath>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StorePath(String);

impl StorePath {
    /// Checks a path.
    ///
    /// # Errors
    /// [`InvalidPath`] when it is not what the type promises.
    pub fn new(path: impl Into<String>) -> Result<Self, InvalidPath> {
        let path = path.into();
        let fault = path
            .split('/')
            .find_map(fault)
            .or_else(|| temporary(&path).then_some(PathFault::Temporary));
        match fault {
            None => Ok(Self(path)),
            Some(fault) => Err(InvalidPath { path, fault }),
        }
    }

    /// The path as text, segments between `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its segments, at least one.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// This path with more segments below it.
    ///
    /// # Errors
    /// [`InvalidPath`] when `below` is not itself a valid path.
    pub fn join(&self, below: &str) -> Result<Self, InvalidPath> {
        Self::new(format!("{}/{below}", self.0))
    }

    /// Whether this path lies below `directory`.
    pub fn is_below(&self, directory: &StorePath) -> bool {
        self.0
            .strip_prefix(directory.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether this path lies in `.flow`, the store's own directory, in any case.
    pub fn is_private(&self) -> bool {
        self.segments()
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case(".flow"))
    }

    /// What two paths share that are one file where case does not count.
    pub fn case_folded(&self) -> String {
        // Upper case first: `ß` and `ſ` meet their partners only that way.
        self.0.to_uppercase().to_lowercase()
    }
}

fn fault(segment: &str) -> Option<PathFault> {
    match segment {
        "" => Some(PathFault::Empty),
        "." | ".." => Some(PathFault::Dots),
        _ if segment.contains(['/', '\\']) || segment.contains(char::is_control) => {
            Some(PathFault::Character)
        }
        _ if segment.len() > MAX_SEGMENT => Some(PathFault::TooLong),
        _ => None,
    }
}

/// Unfinished files lie in `.flow/tmp`: no path leads there, so that none is ever read.
fn temporary(path: &str) -> bool {
    let mut segments = path.split('/');
    let mut next_is = |name: &str| {
        segments
            .next()
            .is_some_and(|segment| segment.eq_ignore_ascii_case(name))
    };
    next_is(".flow") && next_is("tmp")
}

/// A path that addresses nothing in a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no path in a store: {fault}", .path.escape_debug())]
pub struct InvalidPath {
    /// The whole path.
    pub path: String,
    /// What is wrong with it.
    pub fault: PathFault,
}

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// Nothing between two `/`, before the first or after the last.
    Empty,
    /// The segment is `.` or `..`.
    Dots,
    /// The segment holds a control character or a `\`.
    Character,
    /// The segment is longer than [`MAX_SEGMENT`] bytes.
    TooLong,
    /// The path lies in `.flow/tmp`, where stores keep files that are not finished.
    Temporary,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("one of its segments is empty"),
            Self::Dots => f.write_str("one of its segments is `.` or `..`"),
            Self::Character => f.write_str("it holds a control character or a `\\`"),
            Self::TooLong => write!(f, "one of its segments is longer than {MAX_SEGMENT} bytes"),
            Self::Temporary => f.write_str("unfinished files lie there"),
        }
    }
}

impl fmt::Display for StorePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for StorePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StorePath({})", self.0)
    }
}

impl FromStr for StorePath {
    type Err = InvalidPath;

    fn from_str(path: &str) -> Result<Self, InvalidPath> {
        Self::new(path)
    }
}

impl TryFrom<String> for StorePath {
    type Error = InvalidPath;

    fn try_from(path: String) -> Result<Self, InvalidPath> {
        Self::new(path)
    }
}

/// Lets maps keyed by paths be searched by text; equality, order and hash are those of the text.
impl Borrow<str> for StorePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<StorePath> for String {
    fn from(path: StorePath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidPath, PathFault, StorePath};

    #[test]
    fn only_confined_paths_are_paths() {
        for good in [
            "a",
            "a/b",
            ".flow/records/a.json",
            "a b/ü/…",
            "..a",
            "a..",
            "...",
            "a.b",
            &"x".repeat(255),
        ] {
            assert_eq!(StorePath::new(good).unwrap().as_str(), good);
        }
        for (bad, expected) in [
            ("", PathFault::Empty),
            ("/", PathFault::Empty),
            ("/a", PathFault::Empty),
            ("a/", PathFault::Empty),
            ("a//b", PathFault::Empty),
            (".", PathFault::Dots),
            ("..", PathFault::Dots),
            ("a/../b", PathFault::Dots),
            ("./a", PathFault::Dots),
            ("a\\b", PathFault::Character),
            ("a\nb", PathFault::Character),
            ("a\0", PathFault::Character),
            ("a/\u{85}", PathFault::Character),
            (&"x".repeat(256), PathFault::TooLong),
            (&"ü".repeat(128), PathFault::TooLong),
            (".flow/tmp", PathFault::Temporary),
            (".Flow/TMP/x", PathFault::Temporary),
        ] {
            let InvalidPath { fault, .. } = StorePath::new(bad).unwrap_err();
            assert_eq!(fault, expected, "{bad:?}");
        }
    }

    #[test]
    fn an_invalid_path_is_shown_escaped() {
        let error = StorePath::new("a\n\u{1b}[31m").unwrap_err();
        let expected = r"`a\n\u{1b}[31m` is no path in a store: it holds a control character or a `\`";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn paths_that_differ_in_case_share_their_folded_form() {
        let folded = |path: &str| StorePath::new(path).unwrap().case_folded();
        assert_eq!(folded("A/b.TXT"), folded("a/B.txt"));
        assert_eq!(folded("STRASSE"), folded("straße"));
        assert_eq!(folded("ÄÖ"), folded("äö"));
        assert_ne!(folded("a/b"), folded("a_b"));
    }

    #[test]
    fn below_means_a_whole_segment() {
        let path = |path: &str| StorePath::new(path).unwrap();
        assert!(path("a/b/c").is_below(&path("a/b")));
        assert!(!path("a/bc").is_below(&path("a/b")));
        assert!(!path("a/b").is_below(&path("a/b")));
        assert_eq!(path("a").join("b/c").unwrap(), path("a/b/c"));
        assert!(path("a").join("../b").is_err());
        assert!(path(".FLOW/x").is_private() && path(".flow").is_private() && !path("a/.flow").is_private());
    }

    #[test]
    fn a_path_is_checked_when_it_is_read() {
        let json = serde_json::to_string(&StorePath::new("a/b").unwrap()).unwrap();
        assert_eq!(json, "\"a/b\"");
        assert!(serde_json::from_str::<StorePath>("\"a/../../b\"").is_err());
    }
}
