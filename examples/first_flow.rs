//! The article's flow: eight tasks, four of them with a target.
//!
//! ```text
//! cargo run --example first_flow -- run
//! ```
//!
//! The first run writes `results/<today>/task1.txt` … `task4.txt`; a second run finds them: t1–t4 are Cached, the
//! others run again, since only a target outlives its run.

use std::process::ExitCode;

use flow_runtime::{flow, task};

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task1() -> String {
    println!("Task 1");
    "Task 1".to_owned()
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task2() -> String {
    println!("Task 2");
    "Task 2".to_owned()
}

#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task3() -> String {
    println!("Task 3");
    "Task 3".to_owned()
}

/// Returns nothing, and is checkpointed all the same: `()` is a value.
#[task(target = "<date:%Y-%m-%d>/<task_name>.txt")]
fn task4() {
    println!("Task 4");
}

#[task]
fn task5() {
    println!("Task 5");
}

#[task]
fn task6() {
    println!("Task 6");
}

#[task]
fn task7() {
    println!("Task 7");
}

#[task]
fn task8() {
    println!("Task 8");
}

flow! {
    /// Eight tasks in order, without data between them.
    pub fn first_flow() {
        t1 = task1();
        t2 = task2();
        t3 = task3(upstream: [t1, t2]);
        t4 = task4(upstream: [t3]);
        t5 = task5(upstream: [t4]);
        t6 = task6(upstream: [t4]);
        t7 = task7(upstream: [t2, t6]);
        t8 = task8(upstream: [t2, t3]);
    }
}

fn main() -> ExitCode {
    flow_runtime::main()
}
