//! What each target must hold, computed without the runtime: by calling the tasks' functions.

use flow_runtime::checkpoint::Record;
use flow_runtime::store::{StorePath, wait};

use crate::steps::{self, Row};

/// A target of the flow.
pub(crate) struct Target {
    pub(crate) node: &'static str,
    /// Below the store.
    pub(crate) path: &'static str,
    value: Value,
}

enum Value {
    Text(String),
    Rows(Vec<Row>),
    Numbers(Vec<u64>),
    Bytes(Vec<u8>),
}

impl Target {
    /// Where its record lies, below the store.
    pub(crate) fn record(&self) -> String {
        let path = StorePath::new(self.path).and_then(|path| Record::place(&path));
        path.expect("the targets of the flow have records").into()
    }

    /// Whether `bytes` are this value and all of it.
    pub(crate) fn is_whole(&self, bytes: &[u8]) -> bool {
        match &self.value {
            Value::Text(text) => bytes == text.as_bytes(),
            Value::Bytes(expected) => bytes == expected,
            Value::Rows(rows) => serde_json::from_slice::<Vec<Row>>(bytes).is_ok_and(|read| read == *rows),
            Value::Numbers(numbers) => {
                serde_json::from_slice::<Vec<u64>>(bytes).is_ok_and(|read| read == *numbers)
            }
        }
    }
}

/// The targets of a run with this salt, in the order of the flow's nodes.
pub(crate) fn targets(salt: u64) -> Vec<Target> {
    let target = |node, path, value| Target { node, path, value };
    let seed = steps::seed(salt);
    let rows = [steps::rows(seed, 1), steps::rows(seed, 2), steps::rows(seed, 3)];
    let total = |part: u32| wait(steps::total(&rows[part as usize - 1], part));
    let blob = |part: u32| steps::blob(&rows[part as usize - 1], part);
    let totals = steps::gather(total(1), total(2), total(3));
    let report = steps::report(&totals, &blob(2));
    let text = |number: u64| Value::Text(number.to_string());
    vec![
        target("seed", "seed.txt", text(seed)),
        target("blob_1", "blob_1.bin", Value::Bytes(blob(1))),
        target("blob_2", "blob_2.bin", Value::Bytes(blob(2))),
        target("blob_3", "blob_3.bin", Value::Bytes(blob(3))),
        target("total_1", "totals/total_1.txt", text(totals[0])),
        target("total_2", "totals/total_2.txt", text(totals[1])),
        target("total_3", "totals/total_3.txt", text(totals[2])),
        target("rows_1", "tables/rows_1.json", Value::Rows(rows[0].clone())),
        target("rows_2", "tables/rows_2.json", Value::Rows(rows[1].clone())),
        target("rows_3", "tables/rows_3.json", Value::Rows(rows[2].clone())),
        target("gathered", "gather.json", Value::Numbers(totals)),
        target("report", "report.txt", Value::Text(report)),
    ]
}
