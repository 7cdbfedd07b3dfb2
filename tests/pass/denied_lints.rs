//! Public tasks and flows are clean where every lint is an error.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    rust_2018_idioms,
    elided_lifetimes_in_paths,
    unused_qualifications,
    single_use_lifetimes,
    unsafe_code,
    clippy::all,
    clippy::pedantic
)]

use std::borrow::Cow;

use flow_runtime::{Context, Date, Runner, flow, task};

/// Tasks that others may use.
pub mod tasks {
    use super::{Context, Cow, Date, task};

    /// The rows of a day.
    ///
    /// # Errors
    ///
    /// Where the day has none.
    #[task(target = "<day>/<task_name>-<limit>.json", version = 2)]
    pub fn fetch(day: Date, limit: u32) -> Result<Vec<u32>, String> {
        let first = u32::from(day.day().unsigned_abs());
        if limit == 0 {
            Err("no rows".to_owned())
        } else {
            Ok((first..first + limit).collect())
        }
    }

    /// The sum of the rows.
    #[task]
    pub async fn sum(rows: &[u32], context: &Context) -> u32 {
        std::future::ready(context.node()).await;
        rows.iter().sum()
    }

    /// Says some texts.
    #[task(checkpoint = false)]
    #[must_use]
    pub fn told<'text>(text: &'text str, others: &[Cow<'text, str>]) -> String {
        format!("{text} {}", others.join(" "))
    }

    /// Does nothing.
    #[task]
    pub fn nothing() {}
}

use tasks::{fetch, nothing, sum, told};

flow! {
    /// Adds the rows of a day up.
    #[flow(name = "adding up", tz = "Europe/Berlin")]
    pub fn adding(
        /// The day.
        day: Date,
        /// How many rows.
        limit: u32 = 2,
    ) -> String {
        /// The rows.
        rows = fetch(day, limit);
        total = sum(rows: rows);
        quiet = nothing(upstream: [rows, total]);
        text = told(&format!("{total} of {}", rows.len()), &[Cow::Borrowed("rows")], upstream: [quiet]);
        text
    }
}

fn main() {
    let run = Runner::in_memory()
        .run(adding(Date::constant(2026, 1, 3)))
        .unwrap();
    assert_eq!(run.output(), "7 of 2 rows");
    let bare = flow! { rows = fetch(Date::constant(2026, 1, 3), 1); total = sum(rows); total };
    assert_eq!(*Runner::in_memory().run(bare).unwrap().output(), 3);
}
