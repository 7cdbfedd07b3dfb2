//! A flow with results of every kind, each body of which says that it runs and looks whether what it reads is whole. The
//! harness calls the same functions, in its own process, to know what the results must be.

use std::thread::sleep;
use std::time::Duration;

use flow_runtime::{BoxError, Context, flow, task};
use serde::{Deserialize, Serialize};

use crate::side;

/// A row of a table that is too large for the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    index: u64,
    pub(crate) name: String,
}

pub(crate) const ROWS: u64 = 400;

pub(crate) const BYTES: usize = 40_000;

pub(crate) fn table(seed: u64) -> Vec<Row> {
    let row = |index: u64| Row {
        index,
        name: format!("{:016x}", (seed ^ index).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
    };
    (0..ROWS).map(row).collect()
}

pub(crate) fn sum(table: &[Row]) -> u64 {
    table.iter().fold(0, |sum, row| {
        sum.wrapping_mul(31)
            .wrapping_add(row.name.bytes().map(u64::from).sum::<u64>())
    })
}

pub(crate) fn bytes(table: &[Row]) -> Vec<u8> {
    let names = table.iter().flat_map(|row| row.name.bytes());
    names.cycle().take(BYTES).collect()
}

/// Says that a body of this node read what nobody has written.
fn check(cx: &Context, is_whole: bool) {
    if !is_whole {
        side::say(&format!("torn {}", cx.node()));
    }
}

fn take_time(micros: u64) {
    sleep(Duration::from_micros(micros));
}

#[task(target = "<node>.txt")]
fn seeded(salt: u64, cx: &Context) -> u64 {
    let _runs = side::runs(cx);
    seed(salt)
}

pub(crate) fn seed(salt: u64) -> u64 {
    salt.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 8
}

/// Large, and in no target.
#[task]
fn rows(seed: u64, cx: &Context) -> Vec<Row> {
    let _runs = side::runs(cx);
    take_time(700);
    table(seed)
}

#[task(target = "tables/<node>.json")]
fn copied(rows: &[Row], seed: u64, cx: &Context) -> Vec<Row> {
    let _runs = side::runs(cx);
    check(cx, rows == table(seed));
    rows.to_vec()
}

/// Fails at first, and small.
#[task(retries = 2, retry_delay = "2ms")]
fn shaky(seed: u64, cx: &Context) -> Result<u64, BoxError> {
    let _runs = side::runs(cx);
    take_time(300);
    match cx.attempt() % 3 {
        1 => Err("not yet".into()),
        _ => Ok(seed % 1000),
    }
}

/// In memory only.
#[task(checkpoint = false)]
fn passing(rows: &[Row], seed: u64, cx: &Context) -> usize {
    let _runs = side::runs(cx);
    check(cx, rows == table(seed));
    rows.len()
}

#[task]
async fn slow(seed: u64, cx: &Context) -> u64 {
    let _runs = side::runs(cx);
    tokio::time::sleep(Duration::from_millis(2)).await;
    seed % 7
}

/// Its path is known when its arguments are.
#[task(target = "sums/<shaky>.txt")]
async fn summed(rows: &[Row], shaky: u64, seed: u64, cx: &Context) -> u64 {
    let _runs = side::runs(cx);
    check(cx, rows == table(seed) && shaky == seed % 1000);
    tokio::task::yield_now().await;
    sum(rows)
}

#[task(target = "<node>.bin")]
fn blob(rows: &[Row], seed: u64, cx: &Context) -> Vec<u8> {
    let _runs = side::runs(cx);
    check(cx, rows == table(seed));
    bytes(rows)
}

#[task]
fn told(passing: usize, slow: u64, cx: &Context) -> String {
    let _runs = side::runs(cx);
    check(cx, passing as u64 == ROWS);
    take_time(300);
    format!("{passing} {slow}")
}

#[task(target = "report.txt")]
fn report(summed: u64, told: &str, blob: &[u8], cx: &Context) -> String {
    let _runs = side::runs(cx);
    check(cx, blob.len() == BYTES);
    format!("{summed} {told} {}\n", blob.len())
}

/// How many children a `for` has.
pub(crate) const PARTS: u64 = 6;

pub(crate) fn part(number: u64, seed: u64) -> u64 {
    (seed ^ number) % 1000
}

#[task(target = "parts/<number>.txt")]
fn piece(number: u64, seed: u64, cx: &Context) -> u64 {
    let _runs = side::runs(cx);
    take_time(200);
    part(number, seed)
}

/// Fails at first, in no target.
#[task(retries = 2)]
async fn doubled(piece: u64, number: &u64, cx: &Context) -> Result<u64, BoxError> {
    let _runs = side::runs(cx);
    tokio::task::yield_now().await;
    match cx.attempt() % 3 {
        1 if number.is_multiple_of(3) => Err("not yet".into()),
        _ => Ok(2 * piece),
    }
}

#[task]
fn total(pieces: &[&u64], seed: u64, cx: &Context) -> u64 {
    let _runs = side::runs(cx);
    let total = pieces.iter().copied().sum();
    check(
        cx,
        total == (0..PARTS).map(|number| 2 * part(number, seed)).sum::<u64>(),
    );
    total
}

flow! {
    /// Results of every kind.
    pub(crate) fn mixed(salt: u64) -> String {
        seed = seeded(salt);
        rows = rows(seed);
        copied = copied(rows, seed);
        shaky = shaky(seed);
        passing = passing(rows, seed);
        slow = slow(seed);
        summed = summed(rows, shaky, seed);
        blob = blob(copied, seed);
        pieces = for number in 0..PARTS { piece(number, seed) };
        #[node(at_most = 2)]
        doubled = for (piece, number) in zip(pieces, 0..PARTS) { doubled(piece, number) };
        total = total(doubled, seed);
        told = told(passing, slow, upstream: [total]);
        report = report(summed, told, blob);
        report
    }
}
