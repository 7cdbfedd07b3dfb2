//! CPU time a node of the engine beside other crates that run graphs of tasks, in one process, by turns; and how long a
//! run takes.
//!
//! `cargo bench -p flow-benches --bench peers`. In memory, results are `u64`s. The others' graphs are put together before
//! the clock starts, and dropped after it; the engine's run is measured whole.

use std::hint::black_box;
use std::thread::sleep;
use std::time::{Duration, Instant};

use flow_benches::body::Work;
use flow_benches::clock::{cpu, median};
use flow_benches::engine_side::EngineSide;
use flow_benches::others::OTHERS;
use flow_benches::shape::Shape;
use flow_runtime::Runner;

const NODES: usize = 1_000;
const WORKERS: usize = 2;
const ROUNDS: usize = 51;

fn main() {
    let shapes = [
        Shape::chain(NODES),
        Shape::thin_layers(NODES, 10, 3),
        Shape::thin_layers(NODES, 100, 3),
        Shape::fan_out(NODES),
    ];
    let bodies = [
        ("empty", Work::EMPTY),
        ("1 µs", Work::of(Duration::from_micros(1))),
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .build()
        .expect("threads can be started");
    println!("ns a node, CPU / wall; {NODES} nodes, {WORKERS} workers, median of {ROUNDS} rounds");
    print!("{:<24} {:>6} {:>15}", "shape", "body", "engine");
    for other in &OTHERS {
        print!(" {:>15}", other.name);
    }
    println!();
    for shape in &shapes {
        let engine = EngineSide::new(shape);
        let runner = Runner::in_memory().jobs(WORKERS);
        for (body, work) in bodies {
            let expected = engine.run(&runner, work);
            let mut measured = vec![Vec::new(); OTHERS.len() + 1];
            for _ in 0..ROUNDS {
                measured[0].push(a_node(|| engine.run(&runner, work)));
                for (place, other) in OTHERS.iter().enumerate() {
                    let run = (other.prepare)(shape, work, &runtime);
                    let mut result = 0;
                    measured[place + 1].push(a_node(|| {
                        result = run();
                        result
                    }));
                    assert_eq!(result, expected, "{} computes the same", other.name);
                }
            }
            print!("{:<24} {body:>6}", shape.name);
            for rounds in measured {
                let (cpu, wall): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
                print!(" {:>15}", format!("{:.0} / {:.0}", median(cpu), median(wall)));
            }
            println!();
        }
    }
}

/// The CPU and the wall-clock time of a run, in nanoseconds a node.
#[allow(
    clippy::cast_precision_loss,
    reason = "nanoseconds of one run are far below 2^52"
)]
fn a_node(run: impl FnOnce() -> u64) -> (f64, f64) {
    // Threads of the run before that are on their way to sleep are not this one's.
    sleep(Duration::from_micros(300));
    let (start, wall) = (cpu(), Instant::now());
    black_box(run());
    let (used, took) = (cpu().saturating_sub(start), wall.elapsed());
    (
        used.as_nanos() as f64 / NODES as f64,
        took.as_nanos() as f64 / NODES as f64,
    )
}
