//! What makes a resource is a plain function or an async one, which may fail: its type says so, under whatever name.
#![allow(dead_code)]

use std::sync::{Arc, Mutex};

use flow_runtime::{BoxError, Date, flow, task};

type Outcome<T> = Result<T, BoxError>;

struct Pool<T>(Vec<T>);

impl<T> Pool<T> {
    fn empty() -> Self {
        Self(Vec::new())
    }

    async fn open() -> std::io::Result<Self> {
        Ok(Self(Vec::new()))
    }
}

mod host {
    pub(crate) fn aliased() -> super::Outcome<String> {
        Ok("host".to_owned())
    }

    pub(crate) fn later() -> impl Future<Output = Result<u8, String>> {
        std::future::ready(Ok(1))
    }
}

async fn awaited() -> &'static str {
    // What is held over an `.await` need not be `Send`.
    let local = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(local);
    "awaited"
}

fn boxed() -> Box<dyn Fn(u32) -> u32 + Send + Sync> {
    Box::new(|number| number + 1)
}

#[task]
async fn all(
    _day: Date,
    #[resource] ints: &Pool<u32>,
    #[resource] texts: &Pool<String>,
    #[resource] name: &String,
    #[resource] number: &u8,
    /// Said.
    #[resource] word: &&'static str,
    #[resource] next: &(dyn Fn(u32) -> u32 + Send + Sync),
    #[resource] log: &Mutex<Vec<u8>>,
) -> u32 {
    let sizes = ints.0.len() + texts.0.len() + name.len() + word.len() + usize::from(*number);
    log.lock().unwrap().push(1);
    next(u32::try_from(sizes).unwrap())
}

flow! {
    fn made(
        day: Date,
        #[resource(Pool::<u32>::empty)] ints: Pool<u32>,
        #[resource(Pool::open)] texts: Pool<String>,
        #[resource(host::aliased)] name: String,
        #[resource(crate::host::later)] number: u8,
        #[resource(awaited)] word: &'static str,
        #[resource(boxed)] next: Box<dyn Fn(u32) -> u32 + Send + Sync>,
        #[resource(<Arc<Mutex<Vec<u8>>> as Default>::default)] log: Arc<Mutex<Vec<u8>>>,
    ) -> u32 {
        n = all(day, ints, texts, name, number, word, next, log);
        n
    }
}

fn main() {
    let code = flow_runtime::cli::run_with(flow_runtime::Runner::in_memory(), ["mine", "run", "--day", "2026-11-23"]);
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
}
