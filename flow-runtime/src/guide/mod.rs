//! The guide: ten short chapters for whoever builds pipelines of data, batches or operations in Rust. Each has programs that
//! grow; every block is compiled and run with the tests.
//!
//! | | chapter | |
//! |---|---|---|
//! | 1 | [A first flow](chapter_01_first_flow) | functions, a graph, a program |
//! | 2 | [Tasks and arguments](chapter_02_tasks_and_arguments) | what fits into what |
//! | 3 | [Targets and reuse](chapter_03_targets_and_reuse) | why a file was used, or made again |
//! | 4 | [Formats and files](chapter_04_formats_and_files) | how results are written, and where |
//! | 5 | [Many items](chapter_05_many_items) | `for`; a nightly import |
//! | 6 | [When things fail](chapter_06_when_things_fail) | retries, timeouts, triggers, reports |
//! | 7 | [Stop, and go on](chapter_07_stop_and_go_on) | records, `resume`; a training batch |
//! | 8 | [In a function with a time limit](chapter_08_time_limits) | slices, states, stores; a scraper |
//! | 9 | [Hooks, signals and secrets](chapter_09_hooks_signals_secrets) | steering, watching, hiding |
//! | 10 | [Testing and running flows](chapter_10_testing_and_running) | tests, readers, the command line, your own program |
//!
//! They build on each other and can be read in an hour. Whoever looks for one thing finds it faster at
//! [`#[task]`](macro@crate::task), [`flow!`](macro@crate::flow) and [`Runner`](crate::Runner).
//!
//! Three of the programs are whole ones, in the repository under `examples/`, each with a test that runs it with stand-ins for
//! what it needs of the world: `nightly_etl.rs`, `training.rs` and `scraper.rs`.

#[doc = include_str!("01-first-flow.md")]
pub mod chapter_01_first_flow {}

#[doc = include_str!("02-tasks-and-arguments.md")]
pub mod chapter_02_tasks_and_arguments {}

#[doc = include_str!("03-targets-and-reuse.md")]
pub mod chapter_03_targets_and_reuse {}

#[doc = include_str!("04-formats-and-files.md")]
pub mod chapter_04_formats_and_files {}

#[doc = include_str!("05-many-items.md")]
pub mod chapter_05_many_items {}

#[doc = include_str!("06-when-things-fail.md")]
pub mod chapter_06_when_things_fail {}

#[doc = include_str!("07-stop-and-go-on.md")]
pub mod chapter_07_stop_and_go_on {}

#[doc = include_str!("08-time-limits.md")]
pub mod chapter_08_time_limits {}

#[doc = include_str!("09-hooks-signals-secrets.md")]
pub mod chapter_09_hooks_signals_secrets {}

#[doc = include_str!("10-testing-and-running.md")]
pub mod chapter_10_testing_and_running {}
