//! The tests of flow that need both crates: see the files beside this one.

/// Tasks and a flow that `pass/tasks_in_another_crate.rs` uses from outside.
pub mod elsewhere {
    use flow_runtime::{flow, task};

    /// The letters of a word, each with `after` behind it.
    #[task]
    pub fn spell(word: &str, after: &str) -> Vec<String> {
        word.chars().map(|letter| format!("{letter}{after}")).collect()
    }

    /// How many letters there are.
    #[task]
    pub fn count(letters: &[String]) -> usize {
        letters.len()
    }

    flow! {
        /// Counts the letters of a word.
        pub fn spelling(word: String) -> usize {
            letters = spell(word, "");
            count = count(letters);
            count
        }
    }
}
