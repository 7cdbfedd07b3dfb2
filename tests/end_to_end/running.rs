//! How runs are started and driven: threads, tokio, several at once.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use flow_runtime::StateType::{Cached, Success};
use flow_runtime::event::Event;
use flow_runtime::store::wait;
use flow_runtime::{RunError, Runner, StartError, flow, task};

use crate::place::{Place, Tested, assert_holds, kinds};

#[task(target = "<node>.txt")]
async fn later(x: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(2)).await;
    x + 1
}

#[task(target = "<node>.txt")]
fn now(x: u64) -> u64 {
    x + 1
}

flow! {
    fn mixed(x: u64) -> u64 {
        a = later(x);
        b = now(a);
        c = later(b + 10);
        d = now(c);
        d
    }
}

#[test]
fn async_and_plain_bodies_run_without_a_runtime() -> Tested {
    let place = Place::new()?;
    assert_eq!(*place.runner().run(mixed(0))?.output(), 14);
    assert_eq!(kinds(&place.runner().run(mixed(0))?), [Cached; 4]);
    assert_eq!(*Runner::in_memory().run(mixed(1))?.output(), 15);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn run_works_inside_a_multi_thread_tokio_runtime() -> Tested {
    let place = Place::new()?;
    assert_eq!(*place.runner().run(mixed(0))?.output(), 14);
    tokio::task::yield_now().await;
    Ok(())
}

#[tokio::test]
async fn run_works_inside_a_current_thread_tokio_runtime() -> Tested {
    let place = Place::new()?;
    assert_eq!(*place.runner().run(mixed(0))?.output(), 14);
    tokio::task::yield_now().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn run_async_works_on_a_multi_thread_runtime() -> Tested {
    let place = Place::new()?;
    assert_eq!(*place.runner().run_async(mixed(0)).await?.output(), 14);
    Ok(())
}

#[tokio::test]
async fn run_async_works_on_a_current_thread_runtime() -> Tested {
    let place = Place::new()?;
    let run = tokio::time::timeout(Duration::from_secs(20), place.runner().run_async(mixed(0))).await??;
    assert_eq!(*run.output(), 14);
    Ok(())
}

#[tokio::test]
async fn run_async_leaves_the_runtime_to_others() -> Tested {
    #[task]
    fn slow() -> u64 {
        std::thread::sleep(Duration::from_millis(100));
        1
    }

    let ticks = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&ticks);
    let ticker = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            counting.fetch_add(1, SeqCst);
        }
    });
    Runner::in_memory().run_async(flow! { s = slow(); s }).await?;
    ticker.abort();
    assert!(ticks.load(SeqCst) >= 5, "{} ticks", ticks.load(SeqCst));
    Ok(())
}

#[tokio::test]
async fn many_runs_share_a_current_thread_runtime() -> Tested {
    let place = Place::new()?;
    let (one, two) = (
        place.runner().store(place.around().join("1")),
        place.runner().store(place.around().join("2")),
    );
    let three = Runner::in_memory();
    let (first, second, third) = tokio::join!(
        one.run_async(mixed(0)),
        two.run_async(mixed(1)),
        three.run_async(mixed(2))
    );
    assert_eq!(
        (*first?.output(), *second?.output(), *third?.output()),
        (14, 15, 16)
    );
    Ok(())
}

#[test]
fn run_async_without_a_runtime_is_an_error() -> Tested {
    let error = flow_runtime::store::wait(Runner::in_memory().run_async(mixed(0)))
        .err()
        .ok_or("it ran")?;
    assert!(
        matches!(error, RunError::NotStarted(StartError::NoRuntime { .. })),
        "{error}"
    );
    assert_holds(&error.to_string(), &["call `run`"]);
    Ok(())
}

#[tokio::test]
async fn a_dropped_run_async_starts_nothing_more() -> Tested {
    static BODIES: AtomicUsize = AtomicUsize::new(0);

    #[task]
    async fn step(x: u64) -> u64 {
        BODIES.fetch_add(1, SeqCst);
        tokio::time::sleep(Duration::from_millis(30)).await;
        x
    }

    let f = flow! { a = step(1); b = step(a); c = step(b); d = step(c); d };
    let abandoned = tokio::time::timeout(Duration::from_millis(45), Runner::in_memory().run_async(f)).await;
    assert!(abandoned.is_err());
    let started = BODIES.load(SeqCst);
    tokio::time::sleep(Duration::from_millis(150)).await;
    // The body that ran when the future was dropped may end; nothing starts after it.
    assert!((1..=2).contains(&started), "{started}");
    assert_eq!(BODIES.load(SeqCst), started);
    Ok(())
}

#[test]
fn independent_nodes_run_at_the_same_time() -> Tested {
    static MEET: Mutex<Option<Arc<Barrier>>> = Mutex::new(None);

    #[task]
    fn meet() -> u64 {
        let barrier = MEET
            .lock()
            .map_err(|_| ())
            .ok()
            .and_then(|barrier| barrier.clone());
        // Alone it would wait for ever.
        barrier.map_or(0, |barrier| {
            barrier.wait();
            1
        })
    }

    *MEET.lock().map_err(|_| "poisoned")? = Some(Arc::new(Barrier::new(4)));
    let f = flow! { a = meet(); b = meet(); c = meet(); d = meet(); };
    let run = Runner::in_memory().jobs(4).run(f)?;
    assert_eq!(kinds(&run), [Success; 4]);
    Ok(())
}

#[test]
fn jobs_bound_the_plain_bodies_at_a_time() -> Tested {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    #[task]
    fn busy() {
        MOST.fetch_max(NOW.fetch_add(1, SeqCst) + 1, SeqCst);
        std::thread::sleep(Duration::from_millis(5));
        NOW.fetch_sub(1, SeqCst);
    }

    let f = flow! { a = busy(); b = busy(); c = busy(); d = busy(); e = busy(); g = busy(); };
    for (jobs, most) in [(1, 1), (0, 1), (3, 3)] {
        MOST.store(0, SeqCst);
        Runner::in_memory().jobs(jobs).run(f)?;
        assert!(MOST.load(SeqCst) <= most, "{} with {jobs}", MOST.load(SeqCst));
    }
    Ok(())
}

#[test]
fn a_body_may_run_a_flow_of_its_own() -> Tested {
    #[task]
    fn outer() -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        let run = Runner::in_memory()
            .run(mixed(0))
            .map_err(|error| error.to_string())?;
        Ok(*run.output())
    }

    #[task]
    async fn outer_async() -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        tokio::task::yield_now().await;
        let run = Runner::in_memory()
            .run(mixed(1))
            .map_err(|error| error.to_string())?;
        Ok(*run.output())
    }

    let f = flow! { a = outer(); b = outer_async(); };
    let run = Runner::in_memory().run(f)?;
    assert_eq!((*run.result(f.a())?, *run.result(f.b())?), (14, 15));
    Ok(())
}

#[test]
fn readers_see_each_node_start_and_end_after_its_upstream() -> Tested {
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let place = Place::new()?;
    place
        .runner()
        .reader(move |event: &Event<'_>| {
            let line = match event {
                Event::RunStarted { flow, .. } => format!("run {}", flow.name),
                Event::NodeStarted { node, .. } => format!("start {}", node.name),
                Event::NodeEnded { node, state, .. } => format!("end {} {}", node.name, state.kind),
                Event::RunEnded { state, .. } => format!("ended {}", state.kind),
                _ => return,
            };
            if let Ok(mut told) = telling.lock() {
                told.push(line);
            }
        })
        .run(mixed(0))?;
    let told = told.lock().map_err(|_| "poisoned")?.clone();
    let expected = "run mixed|start a|end a Success|start b|end b Success|start c|end c Success|start d|end d Success|\
                    ended Success";
    assert_eq!(told.join("|"), expected);
    Ok(())
}

#[test]
fn a_reader_that_panics_does_not_stop_the_run() -> Tested {
    let run = Runner::in_memory()
        .reader(|_: &Event<'_>| panic!("a reader's own bug"))
        .run(mixed(0))?;
    assert_eq!(*run.output(), 14);
    Ok(())
}

#[test]
fn an_empty_flow_is_a_success() -> Tested {
    flow! { fn nothing() {} }

    let place = Place::new()?;
    let run = place.runner().run(nothing())?;
    assert_eq!(run.state().kind, Success);
    let () = *run.output();
    assert_eq!(place.files()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_run_that_cannot_start_is_not_told_of() -> Tested {
    let told = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&told);
    let runner = Runner::in_memory().reader(move |event: &Event<'_>| {
        to.lock().unwrap().push(format!("{event:?}"));
    });
    let f = flow! { a = now(1); };
    // Outside every async runtime.
    let error = wait(runner.run_async(f)).err().ok_or("it started")?;
    assert!(matches!(error, RunError::NotStarted(_)));
    assert_holds(&error.to_string(), &["there is none"]);
    assert_eq!(*told.lock().unwrap(), Vec::<String>::new());
    Ok(())
}

#[test]
fn every_event_says_whose_run_it_is() -> Tested {
    let told = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&told);
    let runner = Runner::in_memory().reader(move |event: &Event<'_>| {
        let id = match event {
            Event::RunStarted { id, .. }
            | Event::NodeStarted { id, .. }
            | Event::NodeEnded { id, .. }
            | Event::RunEnded { id, .. } => id.to_string(),
            _ => "an event of another kind".to_owned(),
        };
        to.lock().unwrap().push(id);
    });
    let f = flow! { a = now(1); };
    let run = runner.run(f)?;
    assert_eq!(*told.lock().unwrap(), vec![run.id().to_string(); 4]);
    Ok(())
}
