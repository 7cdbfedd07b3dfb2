//! Resources: lent to bodies, owned by the run, nowhere in what is stored.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow_runtime::StateType::{Cached, Success, TimedOut};
use flow_runtime::event::Event;
use flow_runtime::{BoxError, Budget, Context, Runner, Slice, flow, task};
use tokio::runtime::Handle;

use crate::place::{Place, Tested, kinds};

/// What no file and no message may say, in a name, a value and a type that could be told.
const CANARY: &str = "canary-4712-sings";

/// Neither `Clone` nor `Serialize` nor `Debug`; tells when it is dropped, and whether inside a runtime.
struct Client {
    name: String,
    asked: AtomicU32,
    told: Arc<Mutex<Vec<String>>>,
}

impl Client {
    fn new(name: &str, told: &Arc<Mutex<Vec<String>>>) -> Self {
        Self {
            name: name.to_owned(),
            asked: AtomicU32::new(0),
            told: Arc::clone(told),
        }
    }

    fn ask(&self, what: &str) -> u32 {
        self.told.lock().unwrap().push(format!("{} {what}", self.name));
        self.asked.fetch_add(1, Ordering::SeqCst) + 1
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let place = if Handle::try_current().is_ok() {
            "inside"
        } else {
            "outside"
        };
        self.told
            .lock()
            .unwrap()
            .push(format!("{} dropped {place}", self.name));
    }
}

type Told = Arc<Mutex<Vec<String>>>;

fn said(told: &Told) -> Vec<String> {
    std::mem::take(&mut told.lock().unwrap())
}

#[task(target = "pages/<page>-<args>.txt")]
fn fetch(#[resource] http: &Client, page: u32) -> u32 {
    http.ask("fetches");
    page
}

#[task(target = "named/<page>.txt")]
fn named(page: u32, #[resource] name: &str, length: usize) -> u32 {
    assert_eq!(name.len(), length);
    page
}

flow! {
    fn crawl(#[resource] http: Client, page: u32) -> u32 {
        a = fetch(http, page);
        b = fetch(http: &*http, page: *a + 1);
        c = named(page: b, name: http.name.as_str(), length: http.name.len());
        c
    }
}

#[test]
fn a_resource_is_in_no_digest_record_state_or_event() -> Tested {
    let (place, told) = (Place::new()?, Told::default());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&heard);
    let reader = move |event: &Event<'_>| all.lock().unwrap().push(format!("{event:?}"));
    let runner = place.runner().reader(reader);
    let first = runner.run(crawl(Client::new(CANARY, &told), 1))?;
    assert_eq!(kinds(&first), [Success; 3]);
    let files = place.files()?;
    // Another client, another name, of another length: the same arguments, the same targets.
    let second = runner.run(crawl(Client::new("canary-4712-hums-on", &told), 1))?;
    assert_eq!(kinds(&second), [Cached; 3]);
    assert_eq!(place.files()?, files);
    let state = second.run_state()?.to_json();
    assert!(!state.contains("http"), "{state}");
    let heard = heard.lock().unwrap().join("\n");
    for text in [&state, &heard, &format!("{first:?} {second:?}")] {
        assert!(!text.contains("4712"), "{text}");
    }
    assert_silent_below(place.around())?;
    let told = said(&told);
    assert_eq!(
        told.iter().filter(|line| line.ends_with("fetches")).count(),
        2,
        "{told:?}"
    );
    Ok(())
}

/// No file below says it, nor that there is a resource.
fn assert_silent_below(directory: &Path) -> Tested {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            assert_silent_below(&path)?;
            continue;
        }
        let text = std::fs::read(&path)?;
        let text = String::from_utf8_lossy(&text);
        for canary in ["4712", "http", "length\":19"] {
            assert!(
                !text.contains(canary),
                "{} has `{canary}`: {text}",
                path.display()
            );
        }
    }
    Ok(())
}

#[test]
fn slice_after_slice_is_given_a_resource_of_its_own() -> Tested {
    let (place, told) = (Place::new()?, Told::default());
    let one = Budget::tasks(1);
    let client = |name: &str| Client::new(name, &told);
    let Slice::CallAgain { state, .. } = place.runner().slice(crawl(client("first"), 7), one)? else {
        return Err("two are left".into());
    };
    assert_eq!(said(&told), ["first fetches", "first dropped outside"]);
    let restored = crawl::restore(state.to_json().parse()?, client("second"))?;
    let Slice::CallAgain { state, .. } = place.runner().slice(restored, one)? else {
        return Err("one is left".into());
    };
    assert_eq!(said(&told), ["second fetches", "second dropped outside"]);
    let Slice::Finished(run) = place
        .runner()
        .slice(crawl::restore(state, client("third"))?, one)?
    else {
        return Err("none is left".into());
    };
    assert_eq!(
        (*run.output(), said(&told)),
        (8, vec!["third dropped outside".to_owned()])
    );
    let recorded = place.runner().recorded("latest")?;
    let resumed = place
        .runner()
        .resume(crawl::restore(recorded, client("fourth"))?)?;
    assert_eq!(*resumed.output(), 8);
    Ok(())
}

#[task(retries = 2)]
async fn ask(#[resource] http: &Client, cx: &Context) -> Result<u32, String> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    match http.ask("answers") {
        3 => Ok(cx.attempt()),
        _ => Err("not yet".to_owned()),
    }
}

flow! {
    fn asking(#[resource] http: Client) -> u32 {
        a = ask(http);
        a
    }
}

#[test]
fn every_attempt_borrows_the_same_one_which_is_dropped_after_the_last_inside_the_runtime() -> Tested {
    let told = Told::default();
    let run = Runner::in_memory().run(asking(Client::new("a", &told)))?;
    assert_eq!(*run.output(), 3);
    let all = ["a answers", "a answers", "a answers", "a dropped inside"];
    assert_eq!(said(&told), all, "before `run` returns");
    drop(run);
    assert!(said(&told).is_empty());
    let handle = Runner::in_memory().start(asking(Client::new("a", &told)))?;
    handle.wait()?;
    assert_eq!(said(&told), all);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_a_callers_runtime_it_is_dropped_there() -> Tested {
    let told = Told::default();
    // Bodies that are plain functions, and a resource that was made outside of any runtime.
    let made = Arc::clone(&told);
    let client = std::thread::spawn(move || Client::new("b", &made))
        .join()
        .unwrap();
    Runner::in_memory().run_async(crawl(client, 1)).await?;
    assert_eq!(said(&told).pop().unwrap(), "b dropped inside");
    // What was given inside one is dropped inside it, wherever the run lets go of it.
    Runner::in_memory().run(crawl(Client::new("c", &told), 1))?;
    assert_eq!(said(&told).pop().unwrap(), "c dropped inside");
    Ok(())
}

#[test]
fn who_clones_a_flow_shares_its_resource_between_the_runs() -> Tested {
    let told = Told::default();
    let flow = asking(Client::new("d", &told));
    Runner::in_memory().run(flow.clone())?;
    assert_eq!(said(&told), ["d answers"; 3]);
    let again = Runner::in_memory().run_to_end(flow)?;
    assert!(!again.state().kind.is_pending());
    assert_eq!(said(&told).last().unwrap(), "d dropped inside");
    Ok(())
}

/// Panics as it is dropped.
struct Bomb(Arc<AtomicU32>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("a bomb goes off");
    }
}

#[task]
fn look(#[resource] one: &Bomb, #[resource] other: &Bomb) -> u32 {
    one.0.load(Ordering::SeqCst) + other.0.load(Ordering::SeqCst)
}

#[test]
fn a_panic_in_the_drop_of_each_ends_neither_the_run_nor_the_process() -> Tested {
    flow! { fn looking(#[resource] one: Bomb, #[resource] other: Bomb) -> u32 { a = look(one, other); a } }
    let (one, other) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let bombs = || (Bomb(Arc::clone(&one)), Bomb(Arc::clone(&other)));
    let gone = || (one.load(Ordering::SeqCst), other.load(Ordering::SeqCst));
    let (first, second) = bombs();
    assert_eq!(*Runner::in_memory().run(looking(first, second))?.output(), 0);
    assert_eq!(gone(), (1, 1));
    // Of a flow that never ran, and of one that could not start.
    let (first, second) = bombs();
    drop(looking(first, second));
    assert_eq!(gone(), (2, 2));
    let (first, second) = bombs();
    assert!(Runner::new().store("").run(looking(first, second)).is_err());
    assert_eq!(gone(), (3, 3));
    Ok(())
}

/// Where a stuck body waits until it may end, and says that it has.
type Gate = (
    Mutex<std::sync::mpsc::Receiver<()>>,
    Mutex<std::sync::mpsc::Sender<()>>,
);

#[task(timeout = "20ms")]
fn stuck(#[resource] http: &Client, #[resource] gate: &Gate) -> u32 {
    let _ = gate.0.lock().unwrap().recv();
    let asked = http.ask("answers late");
    let _ = gate.1.lock().unwrap().send(());
    asked
}

#[test]
fn a_body_that_the_run_has_given_up_keeps_what_it_borrows() -> Tested {
    flow! { fn sticking(#[resource] http: Client, #[resource] gate: Arc<Gate>) { a = stuck(http, gate); } }
    let told = Told::default();
    let (open, opened) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel();
    let gate = Arc::new((Mutex::new(opened), Mutex::new(end)));
    let run = Runner::in_memory().run_to_end(sticking(Client::new("e", &told), Arc::clone(&gate)))?;
    assert_eq!(kinds(&run), [TimedOut]);
    assert!(said(&told).is_empty(), "it is still borrowed");
    open.send(())?;
    ended.recv()?;
    // The attempt that borrows it ends right after, and with it the client, which comes before the gate.
    while told.lock().unwrap().len() < 2 {
        std::thread::yield_now();
    }
    assert_eq!(said(&told), ["e answers late", "e dropped outside"]);
    Ok(())
}

#[task]
fn total(#[resource] rates: &[f64], #[resource] scale: &dyn Scale, at: usize) -> f64 {
    scale.of(rates[at])
}

trait Scale: Send + Sync {
    fn of(&self, rate: f64) -> f64;
}

struct Double;

impl Scale for Double {
    fn of(&self, rate: f64) -> f64 {
        2.0 * rate
    }
}

#[test]
fn a_resource_is_borrowed_out_of_what_owns_it() -> Tested {
    flow! {
        fn totals(#[resource] rates: Vec<f64>, #[resource] scale: Box<dyn Scale>, at: usize = rates.len() - 1) -> f64 {
            a = total(rates, scale, at);
            b = total(&rates[..1], &**scale, 0);
            both = sum(a, *b + rates[0]);
            both
        }
    }
    #[task]
    fn sum(a: f64, b: f64) -> f64 {
        a + b
    }
    let run = Runner::in_memory().run(totals(vec![1.0, 5.0], Box::new(Double)))?;
    assert!((run.output() - 13.0).abs() < f64::EPSILON, "{}", run.output());
    Ok(())
}

#[task]
fn waits(#[resource] http: &Client, cx: &Context) -> Result<u32, BoxError> {
    Err(cx.pause(format!("{} waits", http.name.len())).into())
}

#[test]
fn who_is_told_how_a_run_goes_on_is_told_what_to_give_again() -> Tested {
    flow! { fn waiting(day: u32, #[resource] http: Client) { a = waits(http); } }
    let (place, told) = (Place::new()?, Told::default());
    let paused = place.runner().run(waiting(1, Client::new("f", &told)));
    let told_so = paused.map(drop).expect_err("it waits").to_string();
    assert!(
        told_so.contains("::restore(runner.recorded(\"") && told_so.contains("\")?, http)?)`"),
        "{told_so}"
    );
    // Nothing makes the client there.
    assert!(!told_so.contains("on the command line"), "{told_so}");
    Ok(())
}
