//! CPU time a node: the engine beside a hand-written countdown on rayon, in one process, by turns.
//!
//! `cargo bench -p flow-benches`, with `-- NAME` for the shapes whose name holds NAME. In memory, results are `u64`s,
//! neither side reads a clock. A run is measured whole: the engine's with its threads (the caller's and up to one
//! more, started when there is work for it), places, ids and logical time; the countdown's with its counters and
//! slots, but not with its thread pool, which is there before.

use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use flow_benches::body::Work;
use flow_benches::clock::{cpu, median};
use flow_benches::countdown::Countdown;
use flow_benches::engine_side::EngineSide;
use flow_benches::shape::Shape;
use flow_runtime::Runner;

const NODES: usize = 1_000;
const WORKERS: usize = 2;
const ROUNDS: usize = 301;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let shapes = [
        Shape::chain(NODES),
        Shape::layers(NODES, 10),
        Shape::layers(NODES, 100),
        Shape::thin_layers(NODES, 10, 3),
        Shape::thin_layers(NODES, 100, 3),
        Shape::fan_out(NODES),
    ];
    let bodies = [
        ("empty", Work::EMPTY),
        ("1 µs", Work::of(Duration::from_micros(1))),
    ];
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(WORKERS)
        .build()
        .expect("threads can be started");
    println!("ns of CPU a node; {NODES} nodes, {WORKERS} workers, median of {ROUNDS} rounds");
    println!(
        "{:<24} {:>6} {:>6} {:>9} {:>9} {:>6} {:>7}",
        "shape", "edges", "body", "countdown", "engine", "ratio", "more"
    );
    for shape in &shapes {
        if !wanted.is_empty() && !wanted.iter().any(|word| shape.name.contains(word)) {
            continue;
        }
        let countdown = Countdown::new(shape);
        let engine = EngineSide::new(shape);
        let runner = Runner::in_memory().jobs(WORKERS);
        for (body, work) in bodies {
            assert_eq!(
                countdown.run(&pool, work),
                engine.run(&runner, work),
                "both compute the same"
            );
            let (mut by_hand, mut ours) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                by_hand.push(a_node(|| countdown.run(&pool, work)));
                ours.push(a_node(|| engine.run(&runner, work)));
            }
            let (by_hand, ours) = (median(by_hand), median(ours));
            println!(
                "{:<24} {:>6} {:>6} {:>9.0} {:>9.0} {:>6.2} {:>7.0}",
                shape.name,
                shape.edges(),
                body,
                by_hand,
                ours,
                ours / by_hand,
                ours - by_hand
            );
        }
    }
}

/// The CPU time of a run, in nanoseconds a node.
#[allow(
    clippy::cast_precision_loss,
    reason = "nanoseconds of one run are far below 2^52"
)]
fn a_node(run: impl FnOnce() -> u64) -> f64 {
    // Threads of the run before that are on their way to sleep are not this one's.
    sleep(Duration::from_micros(300));
    let start = cpu();
    black_box(run());
    cpu().saturating_sub(start).as_nanos() as f64 / NODES as f64
}
