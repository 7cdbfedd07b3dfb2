//! How a task takes the results of a `for`.
use flow_runtime::{Each, Outcome, Runner, flow, task};

#[task]
fn word(number: u32) -> String {
    "x".repeat(number as usize)
}

#[task]
fn references(of: &[&String]) -> usize {
    of.len()
}

#[task]
fn vec_of_references(of: Vec<&String>) -> usize {
    of.len()
}

#[task]
fn copies(of: &[String]) -> usize {
    of.len()
}

#[task]
fn vec_of_copies(mut of: Vec<String>) -> usize {
    of.pop();
    of.len()
}

#[task]
fn outcomes(of: &[Outcome<&String>]) -> usize {
    of.iter().filter(|outcome| outcome.is_success()).count()
}

#[task]
fn vec_of_outcomes(of: Vec<Outcome<&String>>) -> usize {
    of.len()
}

type Words = Each<String>;

#[task]
async fn one_by_one(of: Each<String>, again: Words) -> usize {
    of.map(|word| word.len()).sum::<usize>() + again.outcomes().count()
}

#[task]
fn sum(of: &[usize]) -> usize {
    of.iter().sum()
}

flow! {
    fn all() -> usize {
        words = for number in 0..4_u32 { word(number) };
        #[node(tolerate = 1)]
        some = for number in 0..4_u32 { word(number) };
        a = references(words);
        b = vec_of_references(of: words);
        c = copies(words);
        d = vec_of_copies(words);
        e = outcomes(words);
        f = vec_of_outcomes(words);
        g = one_by_one(words, words);
        h = outcomes(some);
        all = sum(&[*a, *b, *c, *d, *e, *f, *g, *h]);
        all
    }
}

fn main() {
    assert_eq!(*Runner::in_memory().run(all()).unwrap().output(), 4 + 4 + 4 + 3 + 4 + 4 + 10 + 4);
}
