//! A private flow of private tasks may have private outputs and parameters, without a lint.
#![deny(warnings)]

use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row(u32);

#[task]
fn row(of: Row) -> Row {
    Row(of.0 + 1)
}

#[task]
async fn rows(row: &Row) -> Result<Vec<Row>, Bad> {
    if row.0 == 0 {
        Err(Bad)
    } else {
        Ok(vec![row.clone()])
    }
}

#[derive(Debug)]
struct Bad;

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no rows")
    }
}

impl std::error::Error for Bad {}

flow! {
    fn private(first: Row = Row(1)) -> Vec<Row> {
        row = row(first);
        rows = rows(row);
        rows
    }
}

fn main() {
    assert_eq!(Runner::in_memory().run(private()).unwrap().output(), &[Row(2)]);
}
