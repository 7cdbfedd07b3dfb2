//! Parameters with and without default, a default over another parameter, one that is JSON on the command line.
use flow_runtime::{Date, Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Limits {
    low: u32,
    high: u32,
}

#[task]
fn show(day: Date, low: u32, high: u32, twice: u32) -> String {
    format!("{day} {low} {high} {twice}")
}

flow! {
    /// Shows "everything".
    fn shown(day: Date, first: u32, twice: u32 = 2 * first, limits: Limits = Limits { low: 1, high: 9 }) -> String {
        text = show(day, limits.low, limits.high, twice);
        text
    }
}

fn main() {
    let day = Date::constant(2026, 1, 2);
    let runner = Runner::in_memory();
    assert_eq!(runner.run(shown(day, 4)).unwrap().output(), "2026-01-02 1 9 8");
    let flow = shown(day, 4).twice(5).limits(Limits { low: 2, high: 3 });
    assert_eq!(runner.run(flow).unwrap().output(), "2026-01-02 2 3 5");
}
