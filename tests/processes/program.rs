//! What the process tests signal: flows whose bodies say when they run, by a file, and wait to be told to stop.

use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use flow_runtime::{BoxError, Context, OutputFile, flow, task};

/// With `FLOW_GO_ON` it is a program that goes on when its command has ended, for so many seconds.
fn main() -> ExitCode {
    let code = flow_runtime::main();
    if let Some(seconds) = std::env::var("FLOW_GO_ON")
        .ok()
        .and_then(|text| text.parse().ok())
    {
        say("command_ended");
        sleep(Duration::from_secs(seconds));
        say("went_on");
    }
    code
}

/// Says that a body runs.
fn say(name: &str) {
    std::fs::write(name, "").expect("the current directory can be written");
}

fn wait_to_be_stopped(cx: &Context) {
    while !cx.is_cancelled() {
        sleep(Duration::from_millis(1));
    }
}

#[task(target = "patient.txt")]
fn patient(cx: &Context) -> String {
    say("started");
    wait_to_be_stopped(cx);
    "done all the same".to_owned()
}

#[task(target = "patient_async.txt")]
async fn patient_async(cx: &Context) -> String {
    say("started");
    while !cx.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    "done all the same".to_owned()
}

#[task(retries = 3)]
fn nervous(cx: &Context) -> Result<String, BoxError> {
    say("started");
    wait_to_be_stopped(cx);
    Err("interrupted".into())
}

/// It hears of nothing.
#[task]
fn deaf() -> String {
    say("started");
    loop {
        sleep(Duration::from_secs(1));
        if Path::new("never").exists() {
            return String::new();
        }
    }
}

/// It hears of nothing, and nobody else can write to standard error.
#[task]
fn sits_on_stderr() -> String {
    let _lock = std::io::stderr().lock();
    deaf()
}

#[task(target = "next.txt")]
fn next(of: &str) -> String {
    say("next_started");
    of.to_owned()
}

#[task(timeout = "50ms")]
fn stuck() -> String {
    deaf()
}

#[task(timeout = "50ms")]
#[allow(clippy::unused_async, reason = "it never yields")]
async fn never_yields() -> String {
    deaf()
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[task(checkpoint = false)]
fn bomb() -> Bomb {
    Bomb
}

#[task(target = "looked.txt")]
fn look(_bomb: &Bomb) -> String {
    "looked".to_owned()
}

#[task]
fn tells(cx: &Context) -> u32 {
    for row in 0..1000 {
        cx.progress(f64::from(row) / 2000.0);
    }
    // Longer than what is shown of one body is apart.
    sleep(Duration::from_millis(1100));
    cx.progress(0.5);
    cx.progress(0.6);
    1
}

#[task]
fn panics() -> String {
    say("started");
    panic!("all of a sudden")
}

/// Writes half of its file, and the whole once there is one of that name.
#[task(target = "large.tar.zst")]
fn large(cx: &Context) -> std::io::Result<OutputFile> {
    let file = cx.output()?;
    std::fs::write(&file, "half of it")?;
    say("started");
    while !Path::new("whole").exists() {
        sleep(Duration::from_millis(1));
    }
    std::fs::write(&file, "all of it")?;
    Ok(file)
}

#[task(target = "read.txt")]
fn read(file: &OutputFile) -> std::io::Result<String> {
    std::fs::read_to_string(file)
}

flow! { fn writes_large() -> String { a = large(); b = read(a); b } }
flow! { fn panics_once() { a = panics(); b = next("b"); } }
flow! { fn ends_well() -> String { a = patient(); b = next(a); b } }
flow! { fn ends_well_async() -> String { a = patient_async(); b = next(a); b } }
flow! { fn is_last() -> String { a = patient(); a } }
flow! { fn fails_then() -> String { a = nervous(); b = next(a); b } }
flow! { fn hears_nothing() -> String { a = deaf(); b = next(a); b } }
flow! { fn lets_nobody_speak() -> String { a = sits_on_stderr(); b = next(a); b } }
flow! { fn tells_how_far() { a = tells(); } }
flow! { fn is_short() -> String { a = next("short"); a } }
flow! { fn takes_too_long() { a = stuck(); b = never_yields(); c = next("c"); } }
flow! { fn drops_badly() -> String { a = bomb(); b = look(a); c = next(b); c } }
