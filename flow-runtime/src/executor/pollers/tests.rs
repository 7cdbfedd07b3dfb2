use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::Runtime;

use super::Pollers;

/// Sends when it is dropped.
struct Dropped(mpsc::Sender<&'static str>, &'static str);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send(self.1);
    }
}

fn pollers(most: usize) -> (Runtime, Pollers) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let pollers = Pollers::new(runtime.handle().clone(), most).unwrap();
    (runtime, pollers)
}

#[test]
fn what_is_to_finish_finishes() {
    let (_runtime, pollers) = pollers(3);
    let ended = Arc::new(AtomicU32::new(0));
    for node in 0..100 {
        let ended = Arc::clone(&ended);
        let future = async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            tokio::spawn(async {}).await.unwrap();
            ended.fetch_add(1, Ordering::Relaxed);
        };
        pollers.spawn((node, 1), Box::pin(future), || true);
    }
    pollers.land(true);
    assert_eq!(ended.load(Ordering::Relaxed), 100);
}

#[test]
fn what_is_not_to_finish_is_dropped_where_it_waits() {
    let (_runtime, pollers) = pollers(2);
    let (tell, told) = mpsc::channel();
    for name in ["a", "b", "c"] {
        let dropped = Dropped(tell.clone(), name);
        let future = async move {
            let _dropped = dropped;
            core::future::pending::<()>().await;
        };
        pollers.spawn(
            (name.len(), u32::from(name.as_bytes()[0])),
            Box::pin(future),
            || true,
        );
    }
    pollers.spawn((9, 9), Box::pin(async {}), || false);
    pollers.land(false);
    let mut told: Vec<_> = told.try_iter().collect();
    told.sort_unstable();
    assert_eq!(told, ["a", "b", "c"]);
}

#[test]
fn a_future_that_never_yields_keeps_nobody_else() {
    let (_runtime, pollers) = pollers(1);
    let (release, held) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let begun = tell.clone();
    let stuck = async move {
        begun.send("stuck").unwrap();
        let _ = held.recv();
    };
    pollers.spawn((0, 1), Box::pin(stuck), || true);
    assert_eq!(told.recv().unwrap(), "stuck");
    pollers.spawn(
        (1, 1),
        Box::pin(async move { tell.send("next").unwrap() }),
        || true,
    );
    pollers.lose((0, 1));
    assert_eq!(told.recv().unwrap(), "next");
    pollers.land(true);
    drop(release);
}

#[test]
fn a_future_that_panics_ends() {
    let (_runtime, pollers) = pollers(1);
    let (tell, told) = mpsc::channel();
    pollers.spawn((0, 1), Box::pin(async { panic!("on purpose") }), || true);
    pollers.spawn((1, 1), Box::pin(async move { tell.send(()).unwrap() }), || true);
    pollers.land(true);
    assert_eq!(told.try_recv(), Ok(()));
}

#[test]
fn who_waits_for_a_poller_gets_one_while_there_may_be_more() {
    let (_runtime, pollers) = pollers(2);
    let (release, held) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let wakes = [(); 2].map(|()| Arc::new(tokio::sync::Notify::new()));
    let [first, second] = wakes.clone();
    let begun = tell.clone();
    let blocks = async move {
        begun.send("waits").unwrap();
        first.notified().await;
        begun.send("blocks").unwrap();
        let _ = held.recv();
    };
    pollers.spawn((0, 1), Box::pin(blocks), || true);
    assert_eq!(told.recv(), Ok("waits"));
    let goes_on = async move {
        tell.send("waits").unwrap();
        second.notified().await;
        tell.send("goes on").unwrap();
    };
    pollers.spawn((1, 1), Box::pin(goes_on), || true);
    assert_eq!(told.recv(), Ok("waits"));
    wakes[0].notify_one();
    assert_eq!(told.recv(), Ok("blocks"));
    wakes[1].notify_one();
    let goes_on = told.recv_timeout(Duration::from_mins(1));
    drop(release);
    assert_eq!(goes_on, Ok("goes on"));
    pollers.land(true);
}

#[test]
fn nothing_is_polled_once_the_runtime_is_gone() {
    let (runtime, pollers) = pollers(1);
    let (tell, told) = mpsc::channel();
    let dropped = Dropped(tell.clone(), "waiting");
    let (begun, begins) = mpsc::channel();
    let future = async move {
        let _dropped = dropped;
        begun.send(()).unwrap();
        core::future::pending::<()>().await;
    };
    pollers.spawn((0, 1), Box::pin(future), || true);
    begins.recv().unwrap();
    drop(runtime);
    assert_eq!(told.recv(), Ok("waiting"));
    assert!(pollers.is_gone());
    let dropped = Dropped(tell, "late");
    pollers.spawn((1, 1), Box::pin(async move { drop(dropped) }), || true);
    assert_eq!(told.recv(), Ok("late"));
    pollers.land(true);
}
