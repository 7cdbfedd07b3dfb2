//! Draws where in a template a fault is: stable Rust gives no span inside a string literal.
//! It writes the lines under a message; the message itself is made elsewhere.

use std::ops::Range;

use super::Fault;

/// The fault's message, the template, and a line of carets under what is wrong.
pub(super) fn draw(source: &str, fault: &Fault) -> String {
    format!("{}{}", fault.message, lines(source, &fault.at))
}

/// The template, and a line of carets under these characters.
pub(super) fn lines(source: &str, at: &Range<usize>) -> String {
    // A line feed or a tab in the source would tear the drawing.
    let shown: String = source
        .chars()
        .map(|char| if char.is_control() { '\u{fffd}' } else { char })
        .collect();
    let blank = " ".repeat(at.start);
    let carets = "^".repeat(at.len().max(1));
    format!("\n  {shown}\n  {blank}{carets}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_the_characters() {
        let fault = Fault::new(4..7, "wrong");
        assert_eq!(draw("über<x>", &fault), "wrong\n  über<x>\n      ^^^");
    }

    #[test]
    fn an_empty_range_gets_one_caret() {
        assert_eq!(draw("", &Fault::new(0..0, "empty")), "empty\n  \n  ^");
    }

    #[test]
    fn control_characters_do_not_tear_the_drawing() {
        assert_eq!(draw("a\nb", &Fault::new(1..2, "no")), "no\n  a\u{fffd}b\n   ^");
    }
}
