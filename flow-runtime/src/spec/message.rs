//! Messages put together at compile time: what a `const _` at an author's token panics with, and which word was probably
//! meant. Nothing here is called when a program runs.

/// A message, built at compile time.
pub struct Message {
    text: [u8; Self::LONGEST],
    length: usize,
}

impl Message {
    const LONGEST: usize = 1024;

    pub(super) const fn new(text: &str) -> Self {
        let empty = Self {
            text: [0; Self::LONGEST],
            length: 0,
        };
        empty.push(text)
    }

    /// A message that is too long ends early, before the character that does not fit.
    pub(super) const fn push(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut fits = bytes.len();
        if fits > Self::LONGEST - self.length {
            fits = Self::LONGEST - self.length;
        }
        while !text.is_char_boundary(fits) {
            fits -= 1;
        }
        let mut index = 0;
        while index < fits {
            self.text[self.length] = bytes[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    /// The message.
    pub const fn message(&self) -> &str {
        match core::str::from_utf8(self.text.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => unreachable!(),
        }
    }
}

/// Whether two texts are the same, where `==` cannot be asked yet.
pub(crate) const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// The word that was probably meant, of those that were offered; by the measure of the macros' own suggestions, but in
/// bytes.
pub(super) struct Meant<'a> {
    word: &'a str,
    best: Option<&'a str>,
    edits: usize,
}

impl<'a> Meant<'a> {
    pub(super) const fn by(word: &'a str) -> Self {
        // One more than a word may be away.
        let edits = if word.len() <= 4 { 2 } else { 3 };
        Self {
            word,
            best: None,
            edits: if word.len() < edits { word.len() } else { edits },
        }
    }

    pub(super) const fn or(self, candidate: &'a str) -> Self {
        let edits = distance(self.word, candidate);
        if edits < self.edits {
            Self {
                best: Some(candidate),
                edits,
                ..self
            }
        } else {
            self
        }
    }

    pub(super) const fn found(&self) -> Option<&'a str> {
        self.best
    }
}

/// Longer words resemble nothing.
const LONGEST_WORD: usize = 40;

/// How many single edits lead from `left` to `right`: a byte inserted, removed or replaced, or two neighbours swapped.
const fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() > LONGEST_WORD || right.len() > LONGEST_WORD {
        return usize::MAX;
    }
    let mut rows = [[0; LONGEST_WORD + 1]; LONGEST_WORD + 1];
    let mut at = 0;
    while at <= left.len() {
        let mut to = 0;
        while to <= right.len() {
            rows[at][to] = if at == 0 || to == 0 {
                at + to
            } else {
                let replaced = rows[at - 1][to - 1] + (left[at - 1] != right[to - 1]) as usize;
                let moved = if rows[at - 1][to] < rows[at][to - 1] {
                    rows[at - 1][to] + 1
                } else {
                    rows[at][to - 1] + 1
                };
                let mut least = if replaced < moved { replaced } else { moved };
                if at > 1 && to > 1 && left[at - 1] == right[to - 2] && left[at - 2] == right[to - 1] {
                    let swapped = rows[at - 2][to - 2] + 1;
                    if swapped < least {
                        least = swapped;
                    }
                }
                least
            };
            to += 1;
        }
        at += 1;
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::{Meant, Message, distance};

    #[test]
    fn distance_counts_single_edits() {
        for (left, right, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("day", "day", 0),
            ("dya", "day", 1),
            ("days", "day", 1),
            ("dey", "day", 1),
            ("kitten", "sitting", 3),
            ("upstraem", "upstream", 1),
        ] {
            assert_eq!(distance(left, right), edits, "{left} -> {right}");
            assert_eq!(distance(right, left), edits, "{right} -> {left}");
        }
    }

    #[test]
    fn the_nearest_word_is_meant_then_the_first() {
        let meant = |word, candidates: &[&'static str]| {
            candidates
                .iter()
                .fold(Meant::by(word), |meant, candidate| meant.or(candidate))
                .found()
        };
        assert_eq!(meant("dya", &["date", "day", "dyb"]), Some("day"));
        assert_eq!(meant("raws", &["row"]), None);
        assert_eq!(meant("reprts", &["resorts", "reports"]), Some("reports"));
        assert_eq!(meant("a", &["b", ""]), None);
        assert_eq!(meant("x", &[]), None);
    }

    #[test]
    fn a_message_that_is_too_long_ends_at_a_character() {
        let long = "ü".repeat(Message::LONGEST);
        let message = Message::new("a").push(&long).push("end");
        assert_eq!(
            message.message().chars().count(),
            1 + (Message::LONGEST - 1) / 2 + 1
        );
        assert!(message.message().ends_with('e'));
    }
}
