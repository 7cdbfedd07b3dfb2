//! The other flows: small ones, each for a question.

use std::os::unix::fs::FileExt as _;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use flow_runtime::{BoxError, Context, Secret, flow, task};

use crate::side;

#[task]
fn link(before: u32, cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    sleep(Duration::from_millis(1));
    before + 1
}

flow! {
    /// One after the other.
    fn chain() -> u32 {
        a = link(0); b = link(a); c = link(b); d = link(c); e = link(d); f = link(e);
        f
    }
}

#[task]
fn stays(before: u32, cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    sleep(Duration::from_millis(20));
    before + 1
}

flow! {
    /// One after the other, each for long enough that two processes meet.
    fn slow_chain() -> u32 {
        a = stays(0); b = stays(a); c = stays(b);
        c
    }
}

flow! {
    /// One node that processes die of, and others.
    fn deadly() {
        first = link(0);
        doomed = link(first);
        after = link(doomed);
        beside = link(first);
        last = link(beside);
    }
}

flow! {
    /// Arms that processes die of.
    fn forked() -> u32 {
        first = link(0);
        doomed = if *first > 1 { slow_link(first) } else { link(first) };
        after = match *doomed { 2 => slow_link(doomed), _ => link(first) };
        maybe = if *after > 3 { link(after) };
        after
    }
}

/// Waits for a neighbour, so that both run when the process dies; where it runs alone it waits for nobody.
#[task]
fn slow_link(before: u32, cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    sleep(Duration::from_millis(300));
    before + 1
}

#[task]
async fn slow_async_link(before: u32, cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    tokio::time::sleep(Duration::from_millis(300)).await;
    before + 1
}

#[task]
fn late_link(before: u32, cx: &Context) -> u32 {
    sleep(Duration::from_millis(100));
    let _runs = side::runs(cx);
    before + 1
}

flow! {
    /// One node that processes die of, beside others that run for longer.
    fn crowded() {
        doomed = late_link(0);
        beside = slow_link(0);
        waits = slow_async_link(0);
        last = link(beside);
    }
}

#[task]
fn prints(text: &str, cx: &Context) -> String {
    let _runs = side::runs(cx);
    println!("{{\"a body\": \"prints {text}\"}}");
    print!("without an end");
    let said = Command::new("sh")
        .args(["-c", "echo a child prints; printf more"])
        .status();
    assert!(said.expect("there is a shell").success());
    text.to_owned()
}

#[task]
async fn prints_async(text: &str, cx: &Context) -> String {
    let _runs = side::runs(cx);
    tokio::time::sleep(Duration::from_millis(1)).await;
    for line in 0..2000 {
        println!("line {line} of many lines");
    }
    text.to_owned()
}

flow! {
    /// Bodies that print.
    fn loud() -> String { a = prints("one"); b = prints_async(a); c = prints(b); c }
}

#[task]
fn leaves_a_child(cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    // It has nothing to do with any of the streams that it was given.
    let child = Command::new("sh")
        .args(["-c", "exec 1>&- 2>&- 0<&-; sleep 20"])
        .spawn();
    child.expect("there is a shell").id()
}

flow! {
    /// A body whose child lives on.
    fn parent() -> u32 { a = leaves_a_child(); a }
}

#[task(target = "<date:%Y-%m-%d>/<node>.txt")]
fn dated(text: &str, cx: &Context) -> String {
    let _runs = side::runs(cx);
    text.to_owned()
}

#[task(retries = 1, retry_delay = "1500ms")]
fn fails_once(cx: &Context) -> Result<String, BoxError> {
    let _runs = side::runs(cx);
    match cx.attempt() {
        1 => Err("not yet".into()),
        _ => Ok("at last".to_owned()),
    }
}

flow! {
    /// Its dates are those of its start.
    #[flow(tz = "Europe/Berlin")]
    fn daily() -> String {
        first = dated("first");
        waited = fails_once(upstream: [first]);
        second = dated(waited);
        second
    }
}

#[task]
fn takes(millis: u64, cx: &Context) -> u64 {
    let _runs = side::runs(cx);
    sleep(Duration::from_millis(millis));
    millis
}

flow! {
    /// As long as it is told to.
    fn long(millis: u64 = 300) -> u64 {
        a = takes(millis); b = takes(a); c = takes(b); d = takes(c);
        d
    }
}

#[task(target = "<node>.json")]
fn numbers(limit: u32, cx: &Context) -> Vec<u32> {
    let _runs = side::runs(cx);
    (1..=limit).collect()
}

#[task(target = "<node>.txt")]
fn total(of: &[u32], cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    of.iter().sum()
}

#[task(checkpoint = false)]
fn half(of: u32, cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    of / 2
}

#[task]
fn told(total: u32, half: u32, cx: &Context) -> String {
    let _runs = side::runs(cx);
    format!("{total}, half of it {half}")
}

#[task(tags = ["paper"])]
fn refused(text: &str, cx: &Context) -> Result<String, String> {
    let _runs = side::runs(cx);
    match std::env::var("FLOW_ACCEPT") {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("the printer is out of paper".to_owned()),
    }
}

flow! {
    /// Adds numbers.
    fn adding(limit: u32 = 4) -> String {
        rows = numbers(limit);
        sum = total(rows);
        half = half(sum);
        text = told(sum, half);
        text
    }
}

flow! {
    /// Its last node fails until FLOW_ACCEPT is set.
    fn printing(limit: u32 = 4) -> String {
        rows = numbers(limit);
        sum = total(rows);
        half = half(sum);
        text = told(sum, half);
        page = refused(text);
        page
    }
}

flow! {
    /// One node fails until FLOW_ACCEPT is set; the others know nothing of it.
    fn apart() { page = refused("a page"); a = link(0); b = link(a); }
}

flow! {
    /// A success, though one node fails until FLOW_ACCEPT is set.
    fn aside(first: u32 = 0) -> u32 { page = refused("a page"); kept = refused(page); a = link(first); b = link(a); b }
}

#[task]
fn waits_for_signal(cx: &Context) -> Result<u32, BoxError> {
    let _runs = side::runs(cx);
    while !cx.is_cancelled() {
        sleep(Duration::from_millis(1));
    }
    Err("interrupted".into())
}

#[task]
fn signed(text: &str, cx: &Context) -> Result<String, BoxError> {
    let _runs = side::runs(cx);
    match std::env::var("FLOW_ACCEPT") {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(cx.pause("needs a signature\nof two people").into()),
    }
}

flow! {
    /// One node waits for somebody until FLOW_ACCEPT is set; the others know nothing of it.
    fn letter() { sign = signed("a letter"); sent = signed(sign); a = link(0); b = link(a); }
}

#[task(retries = 1, retry_delay = "1h")]
fn busy(cx: &Context) -> Result<u32, BoxError> {
    let _runs = side::runs(cx);
    Err("nobody answers".into())
}

flow! {
    /// One node is tried again in an hour.
    fn hourly() { called = busy(); a = link(0); b = link(a); }
}

/// It hears of nothing.
#[task]
fn deaf(cx: &Context) -> u32 {
    let _runs = side::runs(cx);
    loop {
        sleep(Duration::from_secs(1));
        if cx.attempt() > 100 {
            return 0;
        }
    }
}

flow! {
    /// A body that a signal ends.
    fn patient() -> u32 { a = link(0); b = waits_for_signal(upstream: [a]); b }
}

flow! {
    /// A body that no signal ends.
    fn stubborn() -> u32 { a = link(0); b = deaf(upstream: [a]); b }
}

/// Goes on where an earlier attempt was; tells where that is. Fails behind row 4 until FLOW_ACCEPT is set.
#[task(target = "from.txt")]
fn copies(cx: &Context) -> Result<u32, BoxError> {
    let _runs = side::runs(cx);
    let from: u32 = cx.details()?.unwrap_or(0);
    for row in from + 1..=9 {
        cx.set_details(&row)?;
        side::die_at(&format!("row{row}"));
        if row == 5 {
            std::env::var("FLOW_ACCEPT")?;
        }
    }
    side::say(&format!("copied from {from}"));
    while std::env::var_os("FLOW_STAY").is_some() {
        sleep(Duration::from_secs(1));
    }
    Ok(from)
}

flow! {
    /// A body that leaves how far it came.
    fn copying() -> u32 { ready = link(0); copied = copies(upstream: [ready]); copied }
}

/// Leaves one number after the other, and writes beside the store which it has left; when it is to stop, it tells what it has found.
#[task(target = "found.txt")]
fn counts(cx: &Context) -> Result<u64, BoxError> {
    let mut number: u64 = cx.details()?.unwrap_or(0);
    if std::env::var_os("FLOW_STOP").is_some() {
        return Ok(number);
    }
    let _runs = side::runs(cx);
    let last = std::fs::File::create("last")?;
    loop {
        number += 1;
        cx.set_details(&number)?;
        last.write_at(&number.to_le_bytes(), 0)?;
    }
}

flow! {
    /// A body that leaves something all the time.
    fn counting() -> u64 { counted = counts(); counted }
}

/// A large detail after the other: it fills the disk.
#[task(target = "filled.txt")]
fn fills(cx: &Context) -> Result<u32, BoxError> {
    let _runs = side::runs(cx);
    for number in 0..2000_u32 {
        cx.set_details(&vec![number; 250])?;
    }
    Ok(1)
}

flow! {
    /// A body that fills its disk.
    fn filling() -> u32 { a = fills(); a }
}

#[task]
fn logs_in(token: &Secret, cx: &Context) -> Result<u32, BoxError> {
    let _runs = side::runs(cx);
    match std::env::var("FLOW_ACCEPT") {
        Ok(_) => Ok(1),
        Err(_) => Err(format!("nobody knows {}", token.expose()).into()),
    }
}

flow! {
    /// A body with a secret.
    fn visiting(
        /// What the server asks for.
        token: Secret,
    ) -> u32 { a = logs_in(token); a }
}
