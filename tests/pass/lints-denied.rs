//! Public tasks and flows under denied lints.
#![deny(warnings, missing_docs, unreachable_pub, rust_2018_idioms, clippy::all, clippy::pedantic)]

use flow_runtime::{Runner, flow, task};

/// Gives rows.
#[task]
pub fn rows() -> Vec<String> {
    vec!["a".to_owned()]
}

/// Counts.
#[task]
pub async fn count(rows: &[String], more: usize) -> Result<usize, std::io::Error> {
    Ok(rows.len() + more)
}

flow! {
    /// Counts rows.
    pub fn counting(more: usize = 1) -> usize {
        #[node(target = "<more>/<node>.json")]
        all = rows();
        #[node(target = "<date:%Y>/<more>.txt")]
        n = count(rows: all, more: more);
        n
    }
}

/// Measures.
#[task]
pub fn length(row: &str) -> usize {
    row.len()
}

/// Adds.
#[task]
pub fn sum(of: &[usize]) -> usize {
    of.iter().sum()
}

flow! {
    /// Measures rows, one by one.
    pub fn measuring() -> usize {
        all = rows();
        #[node(key = |row| row, at_most = 2)]
        lengths = for row in all { length(row) };
        again = for (row, length) in zip(all, lengths) { length(&format!("{row}{length}")) };
        total = sum(again);
        total
    }
}

fn main() {
    assert_eq!(*Runner::in_memory().run(measuring()).unwrap().output(), 2);
    assert_eq!(*Runner::in_memory().run(counting().more(2)).unwrap().output(), 3);
}
