//! An argument may borrow from a temporary: it lives as long as the body runs.
use flow_runtime::{Runner, flow, task};

#[task]
fn rows(n: u32) -> Vec<String> {
    (0..n).map(|n| n.to_string()).collect()
}

#[task]
fn tell(text: &str) -> String {
    text.to_owned()
}

#[task]
fn join(rows: &[String], by: &str, last: Option<&String>) -> String {
    rows.join(by) + last.map_or("", |last| last)
}

flow! {
    fn telling(n: u32) -> String {
        rows = rows(n);
        count = tell(&format!("{} rows", rows.len()));
        tail = join(&rows[1..], &String::from("-"), rows.last());
        owned = join(&[count.clone(), tail.to_uppercase()], &" ".repeat(2), Some(&"!".to_string()));
        native = tell(owned);
        coerced = tell(&native);
        trimmed = tell(coerced.trim_end_matches('!').to_string().as_str());
        trimmed
    }
}

fn main() {
    let run = Runner::in_memory().run(telling(3)).unwrap();
    assert_eq!(run.result(telling::tail).unwrap(), "1-22");
    assert_eq!(run.output(), "3 rows  1-22");
}
