//! Temporaries of a condition live as long as the call of its arm, async or not.

use std::collections::HashMap;

use flow_runtime::{Runner, flow, task};

#[task]
fn counts(text: &str) -> HashMap<String, u32> {
    text.split(' ').fold(HashMap::new(), |mut counts, word| {
        *counts.entry(word.to_owned()).or_default() += 1;
        counts
    })
}

#[task]
fn told(word: &str, count: &u32) -> String {
    format!("{word}: {count}")
}

#[task]
async fn shouted(words: &[&str]) -> String {
    tokio::task::yield_now().await;
    words.join(", ").to_uppercase()
}

flow! {
    fn counted(text: String, word: String) -> String {
        all = counts(&text);
        told = match all.get(&format!("{word}s")) {
            Some(count) => told(&format!("{word}s"), count),
            None => if_none(&word),
        };
        last = if let Some((word, count)) = all.iter().map(|(word, count)| (word.to_uppercase(), *count)).max_by_key(|(_, count)| *count) {
            told(&word, &count)
        } else {
            shouted(&["none", &word])
        };
        both = shouted(&[told, last]);
        both
    }
}

#[task]
async fn if_none(word: &str) -> String {
    format!("no {word}s")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let run = Runner::in_memory().run(counted("dogs cats dogs".to_owned(), "cat".to_owned()))?;
    assert_eq!(run.output(), "CATS: 1, DOGS: 2");
    Ok(())
}
