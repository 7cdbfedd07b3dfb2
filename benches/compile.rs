//! Compile time, as CPU time of cargo and rustc: `cargo check` of generated crates, each of so many tasks and one flow of as many nodes.
//!
//! `cargo bench -p flow-benches --bench compile`, with `-- FORM` for one form of arguments. Each time is the median
//! of three checks of that crate alone (its dependencies are checked before), less that of a crate without tasks.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flow_benches::clock::{children, median};

const SIZES: [usize; 3] = [100, 500, 1_000];

/// How the calls of the flow are written.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// `n2 = t2(n1, n0);`
    Positional,
    /// `n2 = t2(x: n1, y: n0);`
    Named,
    /// `n2 = t2(n1 + 1, &format!("{n0}"));`: the node's function owns what its arguments borrow.
    Owning,
    /// As positional, each task with a target of its own that shows an argument.
    Targets,
    /// The same target on each node.
    NodeTargets,
}

impl Form {
    const ALL: [Self; 5] = [
        Self::Positional,
        Self::Named,
        Self::Owning,
        Self::Targets,
        Self::NodeTargets,
    ];

    /// Whether a day is handed to each task, for its target or its node's.
    fn has_day(self) -> bool {
        matches!(self, Self::Targets | Self::NodeTargets)
    }

    fn source(self, size: usize) -> String {
        let mut tasks = String::new();
        let mut nodes = String::new();
        for index in 0..size {
            let target = match self {
                Self::Targets => format!("(target = \"t{index}/<day>/<task_name>.json\")"),
                _ => String::new(),
            };
            let (second, parameter) = match self {
                Self::Owning => ("&str", "x + y.len() as u64"),
                Self::Targets | Self::NodeTargets => ("u64", "x ^ y ^ u64::from(day.day() as u8)"),
                Self::Positional | Self::Named => ("&u64", "x ^ *y"),
            };
            let day = if self.has_day() {
                ", day: flow_runtime::Date"
            } else {
                ""
            };
            let _ = writeln!(
                tasks,
                "#[task{target}]\npub fn t{index}(x: u64, y: {second}{day}) -> u64 {{\n    {parameter}\n}}\n"
            );
            let upstream = |back: usize| match index.checked_sub(back) {
                Some(upstream) => format!("n{upstream}"),
                None => "seed".to_owned(),
            };
            let (x, y) = (upstream(1), upstream(2));
            let arguments = match self {
                Self::Positional => format!("{x}, {y}"),
                Self::Named => format!("x: {x}, y: {y}"),
                Self::Owning => format!("{x} + 1, &format!(\"{{}}\", {y})"),
                Self::Targets | Self::NodeTargets => format!("{x}, {y}, day"),
            };
            if matches!(self, Self::NodeTargets) {
                let _ = writeln!(
                    nodes,
                    "        #[node(target = \"t{index}/<day>/<task_name>.json\")]"
                );
            }
            let _ = writeln!(nodes, "        n{index} = t{index}({arguments});");
        }
        let day = if self.has_day() {
            ", day: flow_runtime::Date"
        } else {
            ""
        };
        format!(
            "#![allow(missing_docs)]\nuse flow_runtime::{{flow, task}};\n\n{tasks}flow! {{\n    pub fn large(seed: u64{day}) -> u64 {{\n{nodes}        n{}\n    }}\n}}\n",
            size - 1
        )
    }
}

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/compile-bench");
    let empty = check(
        &root,
        "empty",
        "#![allow(missing_docs)]\nuse flow_runtime as _;\n",
    );
    println!(
        "CPU time of `cargo check` of an empty crate with the dependency: {empty:.2} s; the others less that"
    );
    println!(
        "{:<12} {:>6} {:>9} {:>20}",
        "form", "size", "s", "ms a task and node"
    );
    for form in Form::ALL {
        let name = format!("{form:?}").to_lowercase();
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        for size in SIZES {
            let took = check(&root, &name, &form.source(size)) - empty;
            #[allow(clippy::cast_precision_loss, reason = "a few thousand at most")]
            let each = took * 1_000.0 / size as f64;
            println!("{name:<12} {size:>6} {took:>9.2} {each:>20.2}");
        }
    }
}

/// The seconds of CPU that `cargo check` of a crate with this source takes.
///
/// # Panics
///
/// If it does not compile.
fn check(root: &Path, name: &str, source: &str) -> f64 {
    let directory = root.join(name);
    fs::create_dir_all(directory.join("src")).expect("the target directory can be written");
    let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../flow-runtime");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nflow-runtime = {{ path = {runtime:?} }}\n\n[workspace]\n"
    );
    fs::write(directory.join("Cargo.toml"), manifest).expect("the target directory can be written");
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    fs::copy(lock, directory.join("Cargo.lock")).expect("the workspace has a lock file");
    let main = directory.join("src/lib.rs");
    let mut times = Vec::new();
    // The first check is of the dependencies too; it does not count.
    for round in 0..4 {
        fs::write(&main, format!("{source}// {round}\n")).expect("the target directory can be written");
        let start = children();
        let status = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--offline"])
            .env("CARGO_TARGET_DIR", root.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&directory)
            .status()
            .expect("cargo can be started");
        assert!(status.success(), "the generated crate `{name}` does not compile");
        if round > 0 {
            times.push(children().saturating_sub(start).as_secs_f64());
        }
    }
    median(times)
}
