//! What a child of a `for` costs, beside rayon's `par_iter` and a write by hand; what a published state holds of many, and how
//! much memory a reader needs that takes results one at a time.
//!
//! `cargo bench -p flow-benches --bench children`. Times are CPU of the process, medians; memory is the peak of a process of its
//! own, less what it held before.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use flow_benches::by_hand;
use flow_benches::clock::{cpu, median};
use flow_runtime::{Durability, Each, Runner, flow, task};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

const COUNTS: [u32; 3] = [1_000, 100_000, 1_000_000];
const WORKERS: usize = 2;

#[task]
fn same(x: u32) -> u32 {
    black_box(x)
}

#[task]
fn sum(of: &[&u32]) -> u64 {
    of.iter().map(|x| u64::from(**x)).sum()
}

flow! {
    fn plain(count: u32) {
        children = for x in 0..count { same(x) };
    }
}

flow! {
    fn chained(count: u32) {
        children = for x in 0..count { same(x) };
        again = for x in children { same(x) };
    }
}

flow! {
    fn read(count: u32) -> u64 {
        children = for x in 0..count { same(x) };
        total = sum(children);
        total
    }
}

/// One of the results that are more together than memory is to hold.
const LARGE: usize = 1 << 20;

#[task(target = "large/<index>.bin")]
fn large(number: u32) -> Vec<u8> {
    // Nothing that a file system could leave out.
    (0..LARGE)
        .map(|at| at.to_le_bytes()[0] ^ number.to_le_bytes()[0])
        .collect()
}

#[task]
fn bytes(of: Each<Vec<u8>>) -> u64 {
    of.map(|large| large.len() as u64).sum()
}

flow! {
    fn fan_in(count: u32) -> u64 {
        parts = for number in 0..count { large(number) };
        all = bytes(parts);
        all
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "measure") {
        return measure(
            &arguments[place + 1],
            arguments[place + 2].parse().expect("a count"),
        );
    }
    for count in COUNTS {
        in_memory(count);
        recorded(count);
        println!(
            "  peak memory a child, bytes: {:.0} (par_iter {:.0}), with its u32 as result",
            peak("plain", count) / f64::from(count),
            peak("rayon", count) / f64::from(count)
        );
    }
    published(50_000);
    let parts = 3 * 1024;
    println!(
        "\n{parts} results of 1 MiB through `Each`: peak {:.0} MiB",
        peak("fan_in", parts) / f64::from(1 << 20)
    );
}

/// CPU of one of `count`, in ns: the median of some rounds.
fn of_one(count: u32, run: impl Fn()) -> f64 {
    let rounds = match count {
        0..10_000 => 51,
        10_000..500_000 => 11,
        _ => 5,
    };
    let times = (0..rounds).map(|_| {
        let before = cpu();
        run();
        cpu().saturating_sub(before).as_secs_f64() * 1e9 / f64::from(count)
    });
    median(times.collect())
}

fn in_memory(count: u32) {
    let runner = Runner::in_memory().jobs(WORKERS);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(WORKERS)
        .build()
        .expect("threads");
    let by_rayon = of_one(count, || {
        let all: Vec<u32> = pool.install(|| (0..count).into_par_iter().map(black_box).collect());
        black_box(all);
    });
    let run = |name: &str, time: f64| println!("  {name:<34} {time:>8.1}");
    println!("\n{count} children that do nothing, in memory: ns of CPU a child; {WORKERS} workers");
    run(
        "for",
        of_one(count, || drop(runner.run(plain(count)).expect("a success"))),
    );
    run(
        "for, and a reader of all",
        of_one(count, || drop(runner.run(read(count)).expect("a success"))),
    );
    run(
        "for through a for, both",
        of_one(count, || drop(runner.run(chained(count)).expect("a success"))),
    );
    run("rayon par_iter, collected", by_rayon);
}

fn recorded(count: u32) {
    let directory = || tempfile::tempdir().expect("a temporary directory");
    let runner = |at: &Path| Runner::new().store(at).jobs(WORKERS);
    let place = directory();
    runner(place.path()).run(plain(count)).expect("a success");
    let bytes = journal_bytes(place.path());
    let each = usize::try_from(bytes / u64::from(count)).expect("a small record");
    let none = of_one(count, || {
        let place = directory();
        drop(
            runner(place.path())
                .durability(Durability::None)
                .run(plain(count))
                .expect("a success"),
        );
    });
    let process = of_one(count, || {
        let place = directory();
        drop(runner(place.path()).run(plain(count)).expect("a success"));
    });
    let record = vec![7; each];
    let writes = of_one(count, || {
        let place = directory();
        by_hand::writes(place.path(), usize::try_from(count).expect("64 bits"), &record);
    });
    println!("  in a store, not recorded           {none:>8.1}");
    println!(
        "  in a store, recorded               {process:>8.1}: {each} bytes of journal a child; recording costs {:.1} times a \
         write each ({writes:.1})",
        (process - none) / writes
    );
}

fn journal_bytes(store: &Path) -> u64 {
    let runs = fs::read_dir(store.join(".flow/runs")).expect("there are runs");
    let run = runs.flatten().find(|entry| entry.path().is_dir()).expect("a run");
    fs::metadata(run.path().join("journal"))
        .expect("it is recorded")
        .len()
}

/// What is published of a run with so many children.
fn published(count: u32) {
    let place = tempfile::tempdir().expect("a temporary directory");
    let runner = Runner::new().store(place.path()).durability(Durability::None);
    let run = runner.run(plain(count)).expect("a success");
    println!(
        "\na published state of {count} children: {} bytes",
        run.run_state().expect("it can be written").to_json().len()
    );
}

/// The peak memory of a process of its own that does this, in bytes.
fn peak(what: &str, count: u32) -> f64 {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["measure", what, &count.to_string()])
        .output()
        .expect("a process");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Does it, and prints by how much the most memory that this process held is more than what it holds now.
fn measure(what: &str, count: u32) {
    let before = memory("VmRSS:");
    match what {
        "plain" => drop(
            Runner::in_memory()
                .jobs(WORKERS)
                .run(plain(count))
                .expect("a success"),
        ),
        "rayon" => {
            let all: Vec<u32> = (0..count).into_par_iter().map(black_box).collect();
            black_box(all);
        }
        "fan_in" => {
            let place = tempfile::tempdir().expect("a temporary directory");
            let run = Runner::new()
                .store(place.path())
                .jobs(WORKERS)
                .run(fan_in(count))
                .expect("a success");
            assert_eq!(*run.output(), u64::from(count) * LARGE as u64);
        }
        other => panic!("{other} is not measured"),
    }
    println!("{}", (memory("VmHWM:") - before) * 1024);
}

/// A line of `/proc/self/status`, in KiB.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let found = status
        .lines()
        .find_map(|of| of.strip_prefix(line))
        .expect("it is told");
    found.trim().trim_end_matches(" kB").parse().expect("a number")
}
