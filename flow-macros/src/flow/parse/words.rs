//! Words that cannot be names: those of Rust, and those that begin statements of later versions.
//! Words that only some names clash with (methods of a run) are a rule of `check`.

use proc_macro2::Ident;

/// Words that begin something of later versions.
const RESERVED: [&str; 4] = ["for", "if", "match", "flow"];

/// Every other word of Rust that cannot be a name.
const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "gen", "impl", "in", "let", "loop", "macro", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield",
];

/// Whether `name`, written without `r#`, is no name in Rust.
pub(super) fn is_keyword(name: &Ident) -> bool {
    KEYWORDS.iter().chain(&RESERVED[..3]).any(|word| name == word)
}

/// Whether a statement cannot begin with `head`.
pub(super) fn is_reserved(head: &Ident) -> bool {
    RESERVED.iter().any(|word| head == word)
}
