//! What it costs to record a run, beside what one would write by hand; how long it takes to publish a state, and to go on
//! from one.
//!
//! `cargo bench -p flow-benches --bench recorded`. In a temporary directory (`TMPDIR`), results are `u64`s that lie in
//! the journal. Times are of the wall clock and the CPU of this process, medians.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use flow_benches::body::Work;
use flow_benches::by_hand;
use flow_benches::clock::{cpu, median};
use flow_benches::engine_side::EngineSide;
use flow_benches::shape::Shape;
use flow_runtime::state::RunState;
use flow_runtime::{Durability, Runner};
use tempfile::TempDir;

const NODES: usize = 1_000;
const WORKERS: usize = 2;
const ROUNDS: usize = 31;
const MANY: usize = 100_000;

fn main() {
    record();
    targets();
    publish();
    go_on();
}

/// A run of [`NODES`] nodes: recorded, not recorded, and its records written by hand.
fn record() {
    for shape in [Shape::chain(NODES), Shape::thin_layers(NODES, 10, 3)] {
        let engine = EngineSide::new(&shape);
        let run = |durability: Durability, directory: &Path| {
            let runner = Runner::new()
                .store(directory)
                .jobs(WORKERS)
                .durability(durability);
            engine.run(&runner, Work::EMPTY)
        };
        let place = directory();
        run(Durability::Process, place.path());
        let journal = fs::metadata(journal(place.path())).expect("it is recorded").len();
        let record = vec![7; usize::try_from(journal).expect("a small file") / NODES];
        println!(
            "\n{}: µs a node, wall / CPU; {NODES} nodes, {WORKERS} workers, {} bytes of journal a node",
            shape.name,
            record.len()
        );
        let none = line("not recorded", NODES, |at| {
            run(Durability::None, at);
        });
        let process = line("recorded: process", NODES, |at| {
            run(Durability::Process, at);
        });
        let full = line("recorded: full", NODES, |at| {
            run(Durability::Full, at);
        });
        // The start of an attempt is one, its end another.
        let records = line("a write for each of its two records", NODES, |at| {
            by_hand::writes(at, 2 * NODES, &record[..record.len() / 2]);
        });
        let write = line("a write each", NODES, |at| by_hand::writes(at, NODES, &record));
        let synced = line("a write each, fdatasync per 100", NODES, |at| {
            by_hand::synced_writes(at, NODES, &record, 100);
        });
        line("SQLite WAL, synchronous NORMAL", NODES, |at| {
            by_hand::sqlite(at, NODES, &record, "NORMAL");
        });
        line("SQLite WAL, synchronous FULL", NODES, |at| {
            by_hand::sqlite(at, NODES, &record, "FULL");
        });
        println!(
            "recording costs {:.1} times its writes, {:.1} times one write (process), {:.1} times the synced write (full)",
            (process - none) / records,
            (process - none) / write,
            (full - none) / synced
        );
    }
}

/// Results in targets: a file and a record each.
fn targets() {
    let engine = EngineSide::with_targets(&Shape::thin_layers(NODES, 10, 3));
    println!("\ntargets: µs a node, wall / CPU; {NODES} nodes, {WORKERS} workers");
    line("a target each, recorded", NODES, |at| {
        engine.run(&Runner::new().store(at).jobs(WORKERS), Work::EMPTY);
    });
    line("a file each, written beside and renamed", NODES, |at| {
        by_hand::files(at, NODES, b"12345678");
    });
}

/// The state of 10,000 nodes as JSON, and back.
fn publish() {
    const SIZE: usize = 10_000;
    let engine = EngineSide::new(&Shape::thin_layers(SIZE, 10, 3));
    let state = engine.state(&Runner::in_memory().jobs(WORKERS), Work::EMPTY);
    let json = state.to_json();
    println!(
        "\na state of {SIZE} nodes: {} bytes a node; µs a node, wall / CPU",
        json.len() / SIZE
    );
    line("to JSON", SIZE, |_| {
        black_box(state.to_json());
    });
    line("from JSON", SIZE, |_| {
        black_box(RunState::from_json(&json).expect("our own"));
    });
}

/// A recorded run of 100,000 nodes goes on, with one left to do.
fn go_on() {
    let engine = EngineSide::new(&Shape::thin_layers(MANY, 10, 3));
    let place = directory();
    let runner = Runner::new().store(place.path()).jobs(WORKERS);
    engine.run(&runner, Work::EMPTY);
    let journal = journal(place.path());
    // Its process died as it wrote its last record.
    let whole = fs::read(&journal).expect("it is recorded");
    let torn = &whole[..whole.len() - 1];
    println!(
        "\na recorded run of {MANY} nodes goes on: ms, wall / CPU; {} bytes of journal",
        whole.len()
    );
    let mut rounds = Vec::new();
    for _ in 0..11 {
        fs::write(&journal, torn).expect("room on the disk");
        rounds.push(timed(|| engine.go_on(&runner, Work::EMPTY)));
    }
    let (wall, cpu): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
    println!(
        "{:<40} {:>8.1} / {:.1}",
        "resume",
        median(wall) / 1e6,
        median(cpu) / 1e6
    );
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// The journal of the only run.
fn journal(store: &Path) -> PathBuf {
    let runs = fs::read_dir(store.join(".flow/runs")).expect("there are runs");
    let run = runs.flatten().find(|entry| entry.path().is_dir()).expect("a run");
    run.path().join("journal")
}

/// Measures what runs in a new directory each time, prints it, and gives the wall-clock time of one of `count`, in ns.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn line(what: &str, count: usize, run: impl Fn(&Path)) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let place = directory();
        timed(|| run(place.path()))
    });
    let (wall, cpu): (Vec<f64>, Vec<f64>) = rounds.unzip();
    let (wall, cpu) = (median(wall) / count as f64, median(cpu) / count as f64);
    println!("{what:<40} {:>8.2} / {:.2}", wall / 1e3, cpu / 1e3);
    wall
}

/// The wall-clock and the CPU time, in nanoseconds.
#[allow(
    clippy::cast_precision_loss,
    reason = "nanoseconds of one run are far below 2^52"
)]
fn timed(run: impl FnOnce()) -> (f64, f64) {
    let (start, wall) = (cpu(), Instant::now());
    run();
    let (used, took) = (cpu().saturating_sub(start), wall.elapsed());
    (took.as_nanos() as f64, used.as_nanos() as f64)
}
