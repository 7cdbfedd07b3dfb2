//! The flow that is killed: twelve nodes, each with a target. The harness calls the same functions, in its own
//! process, to know what their files must hold.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::OnceLock;
use std::time::Duration;

use flow_runtime::{flow, task};
use serde::{Deserialize, Serialize};

/// A row of a table of some 200 KB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    index: u32,
    name: String,
    value: u64,
}

const ROWS: u32 = 2500;

/// Appends a line to the file that the environment variable `CRASH_LOG` names, with one write; nothing without it.
pub(crate) fn log(line: &str) {
    static LOG: OnceLock<Option<File>> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let path = std::env::var_os("CRASH_LOG")?;
        OpenOptions::new().append(true).create(true).open(path).ok()
    });
    if let Some(mut file) = log.as_ref() {
        // A log that cannot be written shows as a body that never ran.
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}

/// Logs that the body of `node` runs, and takes some microseconds that differ from node to node.
fn runs(node: &str) {
    log(&format!("run {node}"));
    let spread: u64 = node.bytes().map(u64::from).sum();
    std::thread::sleep(Duration::from_micros(spread % 7 * 100));
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value ^ (value >> 27)
}

/// Where everything comes from.
#[task(target = "<task_name>.txt")]
pub(crate) fn seed(salt: u64) -> u64 {
    runs("seed");
    mix(salt + 1)
}

/// A table.
#[task(target = "tables/<node>.json")]
pub(crate) fn rows(seed: u64, part: u32) -> Vec<Row> {
    runs(&format!("rows_{part}"));
    let row = |index| Row {
        index,
        name: format!("row {index} of part {part}"),
        value: mix(seed ^ u64::from(index * part)),
    };
    (0..ROWS).map(row).collect()
}

/// The values of a table, as bytes.
#[task(target = "<node>.bin")]
pub(crate) fn blob(rows: &[Row], part: u32) -> Vec<u8> {
    runs(&format!("blob_{part}"));
    rows.iter().flat_map(|row| row.value.to_le_bytes()).collect()
}

/// The sum of a table, by an async body.
#[task(target = "totals/<node>.txt")]
pub(crate) async fn total(rows: &[Row], part: u32) -> u64 {
    runs(&format!("total_{part}"));
    std::future::ready(()).await;
    rows.iter().fold(0, |sum, row| sum.wrapping_add(row.value))
}

/// What the rest comes to.
#[task(target = "<task_name>.txt")]
pub(crate) fn report(totals: &[u64], blob: &[u8]) -> String {
    runs("report");
    format!("{totals:?}, {} bytes\n", blob.len())
}

/// The parts of a report.
#[task(target = "<task_name>.json")]
pub(crate) fn gather(a: u64, b: u64, c: u64) -> Vec<u64> {
    runs("gathered");
    vec![a, b, c]
}

flow! {
    /// Twelve nodes to be killed in.
    pub(crate) fn killed(salt: u64) -> String {
        seed = seed(salt);
        rows_1 = rows(seed, 1);
        rows_2 = rows(seed, 2);
        rows_3 = rows(seed, 3);
        blob_1 = blob(rows_1, 1);
        blob_2 = blob(rows_2, 2);
        blob_3 = blob(rows_3, 3);
        total_1 = total(rows_1, 1);
        total_2 = total(rows_2, 2);
        total_3 = total(rows_3, 3);
        gathered = gather(total_1, total_2, total_3);
        report = report(gathered, blob_2, upstream: [blob_1, blob_3]);
        report
    }
}
