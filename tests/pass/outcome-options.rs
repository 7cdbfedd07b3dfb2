//! `Option<&T>` and `Outcome<&T>` of every kind of reference, through aliases, in positional and named calls.
use flow_runtime::{Outcome, Runner, flow, task};

type Maybe<'a> = Option<&'a [u32]>;
type Told<'a> = Outcome<&'a str>;

#[task]
fn numbers() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn text() -> String {
    "abc".to_owned()
}

#[task]
fn broken() -> Result<Vec<u32>, String> {
    Err("no numbers".to_owned())
}

#[task]
fn silent() -> Result<String, String> {
    Err("no text".to_owned())
}

#[task(skip_on_upstream_skip = false)]
fn options(a: Option<&Vec<u32>>, b: Option<&[u32]>, c: Option<&String>, d: Option<&str>, e: Maybe<'_>) -> usize {
    a.map_or(0, Vec::len)
        + b.map_or(0, <[u32]>::len)
        + c.map_or(0, String::len)
        + d.map_or(0, str::len)
        + e.map_or(0, <[u32]>::len)
}

#[task(trigger = all_finished)]
fn outcomes(
    a: Outcome<&Vec<u32>>,
    b: Outcome<&[u32]>,
    c: Outcome<&String>,
    d: Outcome<&str>,
    e: Told<'_>,
) -> String {
    let failures = [a.failure(), b.failure(), c.failure(), d.failure(), e.failure()];
    let failures: Vec<&str> = failures.into_iter().flatten().map(|failure| failure.node()).collect();
    let sizes = a.success().map_or(0, Vec::len)
        + b.success().map_or(0, <[u32]>::len)
        + c.success().map_or(0, String::len)
        + d.success().map_or(0, str::len)
        + e.success().map_or(0, str::len);
    format!("{sizes} {failures:?}")
}

/// The same types where every upstream has a value.
#[task]
fn strict<'a>(a: Option<&'a [u32]>, b: Outcome<&'a str>) -> String {
    format!("{:?} {:?}", a, b.success())
}

/// What a flow's parameter gives is there.
#[task(trigger = any_failed)]
fn given(name: &str, rows: Outcome<&[u32]>) -> String {
    format!("{name} {}", rows.is_success())
}

flow! {
    fn positional() -> String {
        n = numbers();
        t = text();
        o = options(n, n, t, t, n);
        all = outcomes(n, n, t, t, t);
        s = strict(n, t);
        joined = join(o, all, s);
        joined
    }
}

#[task]
fn join(o: usize, all: &str, s: &str) -> String {
    format!("{o}, {all}, {s}")
}

flow! {
    fn named(name: String) -> String {
        n = numbers();
        t = text();
        bad = broken();
        none = silent();
        o = options(e: n, d: t, c: t, b: n, a: n);
        all = outcomes(e: none, b: bad, a: n, c: t, d: t);
        g = given(rows: bad, name: name);
        joined = join(o: o, all: all, s: g);
        joined
    }
}

fn main() {
    let runner = Runner::in_memory();
    let run = runner.run(positional()).unwrap();
    assert_eq!(run.output(), "15, 15 [], Some([1, 2, 3]) Some(\"abc\")");
    let run = runner.run_to_end(named("x".to_owned())).unwrap();
    assert_eq!(run.output(), "15, 9 [\"bad\", \"none\"], x false");
}
