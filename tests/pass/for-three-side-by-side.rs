//! Three lists side by side: a parameter, a node's result and another `for`; a key of all three.
use flow_runtime::{Mapped, Runner, flow, task};

#[task]
fn numbers() -> Vec<u32> {
    vec![1, 2]
}

#[task]
fn half(number: u32) -> f64 {
    f64::from(number) / 2.0
}

#[task]
fn line(name: &str, number: u32, half: f64) -> String {
    format!("{name} {number} {half}")
}

fn named(name: &str, number: &u32, _: &bool) -> String {
    format!("{name}-{number}")
}

flow! {
    fn lines(names: Vec<String>) -> Mapped<String> {
        all = numbers();
        halves = for number in all { half(number) };
        lines = for (name, number, half) in zip(names, all, halves) { line(name, number, half) };
        #[node(key = |name, number, _flag| named(name, number, _flag), target = "<key>.txt")]
        kept = for (name, number, flag) in zip(names, all, [true, false]) {
            line(name, *number, if *flag { 1.0 } else { 0.0 })
        };
        lines
    }
}

fn main() {
    let run = Runner::in_memory().run(lines(vec!["a".to_owned(), "b".to_owned()])).unwrap();
    let texts: Vec<&String> = run.output().values().collect();
    assert_eq!(texts, ["a 1 0.5", "b 2 1"]);
    let kept: Vec<&String> = run.result(lines::kept).unwrap().values().collect();
    assert_eq!(kept, ["a 1 1", "b 2 0"]);
}
