//! What `#[task]` refuses, what it makes of lifetimes, and what it emits.

mod emitted;
mod golden;
mod lifetimes;
mod refused;

use proc_macro2::TokenStream;

use super::{Task, read};
use crate::errors::Errors;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the test's source is Rust")
}

/// The task, and each error's message with the source that it points at.
fn analysed(attr: &str, item: &str) -> (Option<Task>, Vec<(String, String)>) {
    let mut errors = Errors::new();
    let task = read(tokens(attr), tokens(item), &mut errors).ok();
    let found = match errors.finish() {
        Ok(()) => Vec::new(),
        Err(errors) => errors
            .into_iter()
            .map(|error| (error.to_string(), error.span().source_text().unwrap_or_default()))
            .collect(),
    };
    (task, found)
}
