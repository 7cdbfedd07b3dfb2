//! Finds the word that a person probably meant, for "did you mean" in messages. It knows only letters; which words
//! are candidates is the caller's business.

use strsim::osa_distance;

/// The candidate closest to `word`: at most one edit away from a word of up to four letters, at most two from a longer
/// one. Of equally close ones the first.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = word.chars().count();
    let allowed = if letters <= 4 { 1 } else { 2 };
    candidates
        .into_iter()
        .map(|candidate| (osa_distance(word, candidate), candidate))
        // A word of one letter is one edit away from every other.
        .filter(|&(edits, _)| edits <= allowed && edits < letters)
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{closest, osa_distance as distance};

    #[test]
    fn distance_counts_single_edits() {
        let table = [
            ("", "abc", 3),
            ("rows", "rows", 0),
            ("rwos", "rows", 1),
            ("row", "rows", 1),
            ("kitten", "sitting", 3),
        ];
        for (a, b, edits) in table {
            assert_eq!(distance(a, b), edits, "{a} -> {b}");
            assert_eq!(distance(b, a), edits, "{b} -> {a}");
        }
    }

    #[test]
    fn only_a_near_word_is_meant() {
        assert_eq!(closest("nigthly", ["weekly", "nightly"]), Some("nightly"));
        assert_eq!(closest("t9", ["t1", "t2"]), Some("t1"));
        assert_eq!(closest("raws", ["row"]), None);
        assert_eq!(closest("a", ["b"]), None);
    }
}
