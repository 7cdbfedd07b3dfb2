//! A place in a list of tokens, with the few questions that reading statements asks.
//! It is no parser: expressions, types and paths are syn's.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::Token;
use syn::parse::ParseStream;

/// Tokens and the place up to which they are read.
pub(super) struct Cursor {
    tokens: Vec<TokenTree>,
    at: usize,
}

impl Cursor {
    pub(super) fn new(tokens: Vec<TokenTree>) -> Self {
        Self { tokens, at: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The token `ahead` of the next one.
    pub(super) fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn next(&mut self) -> Option<TokenTree> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.tokens.len());
    }

    pub(super) fn skip_all(&mut self) {
        self.at = self.tokens.len();
    }

    /// Past `for … { … }` or `if … { … } else { … }`, which end without a `;`; shows all braces on the way.
    pub(super) fn skip_block(&mut self, mut see: impl FnMut(&Group)) {
        while let Some(token) = self.next() {
            let TokenTree::Group(group) = token else {
                continue;
            };
            if group.delimiter() == Delimiter::Brace {
                see(&group);
                if !self.is_word(0, "else") {
                    return;
                }
            }
        }
    }

    /// All that is not read yet.
    pub(super) fn rest(&self) -> &[TokenTree] {
        &self.tokens[self.at.min(self.tokens.len())..]
    }

    /// The next `count` tokens, read.
    pub(super) fn take(&mut self, count: usize) -> Vec<TokenTree> {
        let taken = self.rest().iter().take(count).cloned().collect();
        self.skip(count);
        taken
    }

    /// The span of the last token that was read.
    pub(super) fn last_span(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or_else(Span::call_site, last_span)
    }

    pub(super) fn ident(&self, ahead: usize) -> Option<&Ident> {
        match self.peek(ahead) {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    pub(super) fn is_word(&self, ahead: usize, word: &str) -> bool {
        self.ident(ahead).is_some_and(|ident| ident == word)
    }

    pub(super) fn is_punct(&self, ahead: usize, wanted: char) -> bool {
        matches!(self.peek(ahead), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
    }

    /// Two characters that stand together, as `::`.
    pub(super) fn is_joint(&self, ahead: usize, first: char, second: char) -> bool {
        matches!(self.peek(ahead), Some(TokenTree::Punct(punct))
            if punct.as_char() == first && punct.spacing() == Spacing::Joint)
            && self.is_punct(ahead + 1, second)
    }

    /// `=` alone: not `==` nor `=>`.
    pub(super) fn is_assign(&self, ahead: usize) -> bool {
        self.is_punct(ahead, '=') && !self.is_joint(ahead, '=', '=') && !self.is_joint(ahead, '=', '>')
    }

    /// `:` alone: not `::`.
    pub(super) fn is_colon(&self, ahead: usize) -> bool {
        self.is_punct(ahead, ':') && !self.is_joint(ahead, ':', ':')
    }

    pub(super) fn group(&self, ahead: usize, delimiter: Delimiter) -> Option<&Group> {
        match self.peek(ahead) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    /// How far away the next statement begins (`name =`, with the `let` and the attributes before it), when
    /// there is one before the end.
    pub(super) fn next_statement(&self) -> Option<usize> {
        let mut start = 0;
        let mut ahead = 0;
        while self.peek(ahead).is_some() {
            if self.is_punct(ahead, '#') && self.group(ahead + 1, Delimiter::Bracket).is_some() {
                ahead += 2;
            } else if self.is_word(ahead, "let") {
                ahead += 1;
            } else if self.ident(ahead).is_some() && self.is_assign(ahead + 1) {
                return Some(start);
            } else {
                ahead += 1;
                start = ahead;
            }
        }
        None
    }
}

/// The tokens without the groups that only a macro sees: `$name` and `$path` of a `macro_rules!` arrive in
/// them. Only the outermost level, so that an expression in parentheses keeps its precedence.
pub(super) fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flat.extend(self::flat(group.stream()));
            }
            other => flat.push(other),
        }
    }
    flat
}

/// Reads what is left before the next `,`.
pub(super) fn until_comma(input: ParseStream<'_>) -> TokenStream {
    let mut rest = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<TokenTree>() {
            Ok(token) => rest.extend([token]),
            Err(_) => break,
        }
    }
    rest
}

/// How many tokens the path at the beginning takes.
pub(super) fn path_length(cursor: &Cursor) -> usize {
    let mut length = if cursor.is_joint(0, ':', ':') { 2 } else { 0 };
    while cursor.ident(length).is_some() {
        length += 1;
        if !(cursor.is_joint(length, ':', ':') && cursor.ident(length + 2).is_some()) {
            break;
        }
        length += 2;
    }
    length
}

/// The tokens as a stream, to parse or to underline.
pub(super) fn joined(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// The span of a token, of a group its closing delimiter.
pub(super) fn last_span(token: &TokenTree) -> Span {
    match token {
        TokenTree::Group(group) => group.span_close(),
        other => other.span(),
    }
}

/// One token as an error message names it.
pub(super) fn named(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => "`(`".to_owned(),
            Delimiter::Brace => "`{`".to_owned(),
            Delimiter::Bracket => "`[`".to_owned(),
            Delimiter::None => format!("`{group}`"),
        },
        other => format!("`{other}`"),
    }
}
