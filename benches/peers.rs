//! CPU time a node of the engine beside other crates that run graphs of tasks, in one process, by turns; and how long a
//! run takes.
//!
//! `cargo bench -p flow-benches --bench peers`. In memory, results are `u64`s. A run is measured whole: the engine goes over
//! a graph that was put together once, as a flow is by the compiler, the others take a new one for every run. In brackets is what
//! theirs takes without putting it together. The engine runs with as many workers as the others have threads, and with one, as async_dag
//! does, which polls everything on the thread that waits.

use std::hint::black_box;
use std::thread::sleep;
use std::time::{Duration, Instant};

use flow_benches::body::Work;
use flow_benches::clock::{cpu, median};
use flow_benches::engine_side::EngineSide;
use flow_benches::others::{OTHERS, Other};
use flow_benches::shape::Shape;
use flow_runtime::Runner;

const NODES: usize = 1_000;
const WORKERS: usize = 2;
const ROUNDS: usize = 101;

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
    print!(
        "{:<24} {:>6} {:>13} {:>13}",
        "shape", "body", "engine", "one worker"
    );
    for other in &OTHERS {
        print!(" {:>29}", other.name);
    }
    println!();
    for shape in &shapes {
        let engine = EngineSide::new(shape);
        let (runner, one) = (Runner::in_memory().jobs(WORKERS), Runner::in_memory().jobs(1));
        for (body, work) in bodies {
            let expected = engine.run(&runner, work);
            let is_right = |result, who| assert_eq!(result, expected, "{who} computes the same");
            // The engine with all workers and with one, then each of the others whole and without putting its graph together.
            let measure = |contender: usize| match contender {
                0 => a_node(|| is_right(engine.run(&runner, work), "the engine")),
                1 => a_node(|| is_right(engine.run(&one, work), "one worker")),
                _ => {
                    let Other { name, prepare } = OTHERS[(contender - 2) / 2];
                    if contender.is_multiple_of(2) {
                        return a_node(|| is_right(prepare(shape, work, &runtime)(), name));
                    }
                    let run = prepare(shape, work, &runtime);
                    a_node(|| is_right(run(), name))
                }
            };
            let mut measured = vec![Vec::new(); 2 + 2 * OTHERS.len()];
            let mut order: Vec<usize> = (0..measured.len()).collect();
            let mut random = fastrand::Rng::with_seed(1);
            for _ in 0..ROUNDS {
                // Who always came after one that fills the caches would pay for it.
                random.shuffle(&mut order);
                for &contender in &order {
                    measured[contender].push(measure(contender));
                }
            }
            let told: Vec<String> = measured.into_iter().map(medians).collect();
            print!("{:<24} {body:>6} {:>13} {:>13}", shape.name, told[0], told[1]);
            for other in told[2..].chunks(2) {
                print!(" {:>29}", format!("{} ({})", other[0], other[1]));
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
fn a_node<T>(run: impl FnOnce() -> T) -> (f64, f64) {
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

fn medians(rounds: Vec<(f64, f64)>) -> String {
    let (cpu, wall): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
    format!("{:.0} / {:.0}", median(cpu), median(wall))
}
