//! Finds the word that an author probably meant, for "did you mean" in messages.
//! It knows only letters; which words are candidates is the caller's business.

/// The candidate closest to `word`: at most one edit away from a word of up to four letters, at most two
/// from a longer one, and nearer than any other word at all. Of equally close ones the first.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = word.chars().count();
    let allowed = if letters <= 4 { 1 } else { 2 };
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        // A word of one letter is one edit away from every other.
        .filter(|&(edits, _)| edits <= allowed && edits < letters)
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// How many single edits lead from `a` to `b`: a letter inserted, removed or replaced, or two neighbours
/// swapped.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_edits() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("target", "target", 0),
            ("taget", "target", 1),
            ("targets", "target", 1),
            ("tarket", "target", 1),
            ("tagret", "target", 1),
            ("upstraem", "upstream", 1),
            ("fromat", "format", 1),
            ("kitten", "sitting", 3),
            ("größe", "grösse", 2),
        ] {
            assert_eq!(distance(a, b), edits, "{a} -> {b}");
            assert_eq!(distance(b, a), edits, "{b} -> {a}");
        }
    }

    #[test]
    fn short_words_must_be_nearer() {
        assert_eq!(closest("dy", ["day"]), Some("day"));
        assert_eq!(closest("rwos", ["rows"]), Some("rows"));
        assert_eq!(closest("raws", ["row"]), None);
        assert_eq!(closest("traget", ["target"]), Some("target"));
        assert_eq!(closest("chekpont", ["checkpoint"]), Some("checkpoint"));
        assert_eq!(closest("colour", ["target", "name"]), None);
    }

    #[test]
    fn the_nearest_wins_then_the_first() {
        assert_eq!(closest("reprts", ["resorts", "reports"]), Some("reports"));
        assert_eq!(closest("t9", ["t1", "t2"]), Some("t1"));
    }

    #[test]
    fn one_letter_resembles_nothing() {
        assert_eq!(closest("a", ["b", "c"]), None);
    }
}
