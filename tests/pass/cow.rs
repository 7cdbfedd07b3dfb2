//! `Cow<'_, str>` and other types that borrow inside are parameters like any other.
use std::borrow::Cow;

use flow_runtime::{Runner, flow, task};

#[task]
fn text() -> String {
    "rows".to_owned()
}

#[task]
fn plural(text: Cow<'_, str>, of: Cow<'_, [u32]>) -> String {
    format!("{} {text}", of.len())
}

#[task]
async fn shout(text: &Cow<'_, str>) -> String {
    text.to_uppercase()
}

#[task]
fn long(text: Option<Cow<'static, str>>) -> usize {
    text.map_or(0, |text| text.len())
}

flow! {
    fn counting(rows: Vec<u32>) -> String {
        text = text();
        borrowed = plural(Cow::Borrowed(text), Cow::from(&rows));
        owned = plural(format!("{borrowed}!").into(), vec![1].into());
        long = long(Some("four".into()));
        shouted = shout(&Cow::Owned(format!("{owned}{long}")));
        shouted
    }
}

fn main() {
    let run = Runner::in_memory().run(counting(vec![1, 2])).unwrap();
    assert_eq!(run.result(counting::borrowed).unwrap(), "2 rows");
    assert_eq!(run.output(), "1 2 ROWS!4");
}
