//! Words of the author's source as constants.
//! What is made here ends up in help texts and messages only; nothing is compared with it.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Tokens as one would type them.
pub(crate) fn source(tokens: &impl ToTokens) -> String {
    let mut printer = Printer::default();
    printer.stream(tokens.to_token_stream());
    printer.text
}

/// The operators that are more than one token.
const OPERATORS: [&str; 12] = [
    "::", "..", "..=", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<",
];

/// Writes tokens with the usual blanks between them; the original ones are not there on stable Rust.
#[derive(Default)]
struct Printer {
    text: String,
    /// What was written last.
    last: Last,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Last {
    /// Nothing, or something that the next token sticks to.
    #[default]
    Tight,
    /// A name, a literal or a closed group.
    Value,
    /// An operator between two values.
    Operator,
}

impl Printer {
    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(punct) => {
                    let mut operator = punct.as_char().to_string();
                    let mut spacing = punct.spacing();
                    while let (Spacing::Joint, Some(TokenTree::Punct(next))) = (spacing, tokens.peek())
                        && OPERATORS.contains(&format!("{operator}{}", next.as_char()).as_str())
                    {
                        operator.push(next.as_char());
                        spacing = next.spacing();
                        tokens.next();
                    }
                    self.operator(&operator);
                }
                value => {
                    if self.last != Last::Tight {
                        self.text.push(' ');
                    }
                    self.text.push_str(&value.to_string());
                    self.last = Last::Value;
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => return self.stream(group.stream()),
        };
        // A call sticks to its function, a block to nothing.
        let is_block = group.delimiter() == Delimiter::Brace;
        let after_lifetime = group.delimiter() == Delimiter::Bracket && self.after_lifetime();
        if self.last == Last::Operator || ((is_block || after_lifetime) && self.last == Last::Value) {
            self.text.push(' ');
        }
        self.text.push_str(open);
        self.last = Last::Tight;
        self.stream(group.stream());
        self.text.push_str(close);
        self.last = Last::Value;
    }

    /// Whether the last word is a lifetime: `&'a [T]` is no index.
    fn after_lifetime(&self) -> bool {
        let before = self
            .text
            .trim_end_matches(|letter: char| letter.is_alphanumeric() || letter == '_');
        before.ends_with('\'')
    }

    fn operator(&mut self, operator: &str) {
        match operator {
            "," | ";" | ":" => {
                self.text.push_str(operator);
                self.last = Last::Operator;
            }
            "::" | "." | ".." | "..=" | "<" | "!" | "?" => {
                if self.last == Last::Operator {
                    self.text.push(' ');
                }
                self.text.push_str(operator);
                self.last = Last::Tight;
            }
            ">" => {
                self.text.push_str(operator);
                self.last = Last::Value;
            }
            _ if self.last == Last::Value => {
                self.text.push(' ');
                self.text.push_str(operator);
                self.last = Last::Operator;
            }
            // A sign, a reference, a lifetime's mark: nothing stands before it that it could join to.
            _ => {
                if self.last == Last::Operator {
                    self.text.push(' ');
                }
                self.text.push_str(operator);
                self.last = Last::Tight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_written_as_one_would_type_them() {
        for text in [
            "1000",
            "-1.5",
            "\"a , b\"",
            "Vec<u8>",
            "Vec<Vec<u8>>",
            "HashMap<String, m::Row>",
            "a::b(1, 2).c()",
            "&[1, 2][..]",
            "vec![1; 3]",
            "a + b * -c",
            "(u8, &str)",
            "[u8; 4]",
            "S { x: 1, y: -2 }",
            "Vec::<u8>::new()",
            "&'static str",
            "(1 + 2) * 3",
            "0..=9",
            "Some(!x)",
            "Option<&'static [u8]>",
            "a >= b && !c",
        ] {
            let tokens: TokenStream = text.parse().unwrap();
            assert_eq!(source(&tokens), text);
        }
    }
}
