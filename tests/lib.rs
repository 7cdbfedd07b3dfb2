//! The tests of flow that need both crates: see the files beside this one.

use flow_runtime::task;

/// The words of a text.
#[task]
pub fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// How long they are.
#[task]
pub fn lengths(words: &[String]) -> Vec<usize> {
    words.iter().map(String::len).collect()
}
