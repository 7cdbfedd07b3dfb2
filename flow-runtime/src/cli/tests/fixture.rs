//! Flows to give commands to, and a terminal that remembers.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use flow_macros::{flow, task};

use super::super::terminal::{Stream, Terminal};
use super::super::{Exit, command};
use crate::registry::{Registration, registered};
use crate::{Date, Runner};

/// A flow that succeeds, with parameters of every kind.
pub(super) mod plain {
    use super::{Date, flow, task};

    #[task(target = "<day>/rows.json")]
    fn fetch(day: Date, limit: u32) -> Vec<String> {
        (0..limit).map(|row| format!("{day} {row}")).collect()
    }

    #[task(target = "<day>/report.txt")]
    fn summarise(rows: &[String], title: &str, day: Date) -> String {
        format!("{title} of {day}: {} rows", rows.len())
    }

    #[task(target = "told.txt")]
    fn notify(report: &str, dry_run: bool, date: &str) -> String {
        format!("{report} {dry_run} {date}")
    }

    flow! {
        /// Nightly report.
        ///
        /// Of all rows.
        pub(in super::super) fn nightly(
            /// The day to report.
            day: Date,
            /// At most so many rows.
            limit: u32 = 3,
            dry_run: bool = false,
            max_title: String = "rows".to_owned(),
            /// Shadowed by an option.
            date: String = "none".to_owned(),
        ) -> String {
            rows = fetch(day, limit);
            report = summarise(rows, max_title, day);
            told = notify(report, dry_run, date);
            told
        }
    }
}

/// A flow that fails, with a name of its own.
pub(super) mod failing {
    use super::{flow, task};

    #[task(target = "<task_name>.txt")]
    fn good() -> String {
        "good".to_owned()
    }

    #[task]
    fn bad(text: &str) -> Result<u32, String> {
        Err(format!("no luck\u{1b}[31m with {text}\nat all"))
    }

    #[task]
    fn after(number: u32) -> u32 {
        number
    }

    flow! {
        #[flow(name = "weekly cleaning")]
        pub(in super::super) fn weekly() {
            first = good();
            second = bad(first);
            a_node_with_a_long_name = after(second);
        }
    }

    flow! {
        /// Another of that name.
        pub(in super::super) fn nightly() {
            first = good();
        }
    }
}

/// Bodies of which no two may run at a time, and one that fails.
pub(super) mod tagged {
    use core::time::Duration;
    use std::sync::Mutex;

    use super::{flow, task};
    use crate::Context;

    /// The runs in which one runs: tests have theirs side by side.
    static RUNNING: Mutex<Vec<String>> = Mutex::new(Vec::new());

    #[task(tags = ["db"])]
    fn query(cx: &Context) -> Result<u32, String> {
        let run = cx.run_id().to_string();
        let mut running = RUNNING.lock().unwrap();
        if running.contains(&run) {
            return Err("another one runs".to_owned());
        }
        running.push(run.clone());
        drop(running);
        std::thread::sleep(Duration::from_millis(5));
        RUNNING.lock().unwrap().retain(|other| *other != run);
        Ok(1)
    }

    #[task]
    fn broken() -> Result<u32, String> {
        Err("it is broken".to_owned())
    }

    flow! {
        pub(in super::super) fn queries() {
            a = query(); b = query(); c = query();
            #[node(tags = ["db", "disk"])]
            d = query();
        }
    }

    flow! {
        pub(in super::super) fn fails_first() { a = broken(); b = query(); }
    }
}

/// A flow whose parameters are read in ways of their own.
#[allow(clippy::used_underscore_binding, reason = "a parameter may be named so")]
pub(super) mod reading {
    use super::{flow, task};

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    pub(in super::super) enum Mode {
        Slow,
    }

    /// It panics where it cannot be read, and its default cannot.
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    pub(in super::super) struct Level(u8);

    impl core::str::FromStr for Level {
        type Err = core::convert::Infallible;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            Ok(Self(text.parse().expect("levels are numbers")))
        }
    }

    #[task(target = "read.txt")]
    fn shown(mode: &Mode, level: &Level, hidden: u8) -> String {
        let Mode::Slow = mode;
        format!("{} {hidden}", level.0)
    }

    flow! {
        pub(in super::super) fn read(
            mode: Mode = Mode::Slow,
            level: Level = "high".parse().unwrap_or(Level(0)),
            _hidden: u8 = 3,
        ) -> String {
            text = shown(mode, level, _hidden);
            text
        }
    }
}

/// A flow whose parameter is part of a path.
pub(super) mod greeting {
    use super::{flow, task};

    #[task(target = "<who>.txt")]
    fn greeted(who: &str) -> String {
        format!("Hello, {who}")
    }

    flow! {
        pub(in super::super) fn greet(who: String) -> String {
            text = greeted(who);
            text
        }
    }
}

/// A flow with a secret, by a name that does not say so.
pub(super) mod calling {
    use super::{flow, task};

    type Token = crate::Secret;

    #[task]
    fn asked(token: &crate::Secret) -> usize {
        token.expose().len()
    }

    flow! {
        pub(in super::super) fn call(token: Token) -> usize {
            length = asked(token);
            length
        }
    }
}

/// A flow whose output cannot be read any more once its type has changed.
pub(super) mod changing {
    use core::sync::atomic::{AtomicBool, Ordering};

    use super::{flow, task};

    /// Of one test.
    pub(in super::super) static CHANGED: AtomicBool = AtomicBool::new(false);

    #[derive(serde::Serialize)]
    pub(in super::super) struct Row(u8);

    impl<'de> serde::Deserialize<'de> for Row {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            if CHANGED.load(Ordering::SeqCst) {
                return Err(serde::de::Error::custom("missing field `new`"));
            }
            u8::deserialize(deserializer).map(Self)
        }
    }

    #[task(target = "row.json")]
    fn row() -> Row {
        Row(1)
    }

    flow! {
        pub(in super::super) fn lonely() -> Row {
            only = row();
            only
        }
    }
}

/// The registered flow of this path below `fixture`.
pub(super) fn registration(path: &str) -> &'static Registration {
    let path = format!("{}::{path}", module_path!());
    let flow = registered().into_iter().find(|flow| flow.spec.path() == path);
    flow.expect("the fixture registers it")
}

/// What a command wrote and how it ended.
pub(super) struct Ended {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

/// Gives a command, its first word left out, to the flows of these paths.
pub(super) fn given(paths: &[&str], words: &[&str]) -> Ended {
    given_coloured(paths, words, false)
}

pub(super) fn given_coloured(paths: &[&str], words: &[&str], colour: bool) -> Ended {
    let flows: Vec<_> = paths.iter().map(|path| registration(path)).collect();
    given_to(&flows, words, colour)
}

/// Gives a command to these flows.
pub(super) fn given_to(flows: &[&'static Registration], words: &[&str], colour: bool) -> Ended {
    given_with(&Runner::new(), flows, words, colour)
}

/// Gives a command to these flows of a program that has a runner of its own.
pub(super) fn given_with(
    runner: &Runner,
    flows: &[&'static Registration],
    words: &[&str],
    colour: bool,
) -> Ended {
    let (out, err) = (Buffer::default(), Buffer::default());
    let terminal = Terminal {
        out: Stream::new(out.clone(), colour),
        err: Stream::new(err.clone(), colour),
        is_of_process: false,
    };
    let mut all: Vec<OsString> = vec!["/usr/bin/mine".into()];
    all.extend(words.iter().map(Into::into));
    let exit = command(flows, &all, runner, &terminal);
    Ended {
        exit,
        out: out.text(),
        err: err.text(),
    }
}

/// Gives a command whose standard output cannot be written: how it ends, what it says.
pub(super) fn unwritable(why: io::ErrorKind, paths: &[&str], words: &[&str]) -> (Exit, String) {
    let flows: Vec<_> = paths.iter().map(|path| registration(path)).collect();
    let err = Buffer::default();
    let terminal = Terminal {
        out: Stream::new(Unwritable(why), false),
        err: Stream::new(err.clone(), false),
        is_of_process: false,
    };
    let mut all: Vec<OsString> = vec!["mine".into()];
    all.extend(words.iter().map(Into::into));
    (command(&flows, &all, &Runner::new(), &terminal), err.text())
}

struct Unwritable(io::ErrorKind);

impl Write for Unwritable {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives `run` with a store of its own.
pub(super) fn run_in(store: &Path, paths: &[&str], words: &[&str]) -> Ended {
    let store = store.to_str().expect("a temporary path is text");
    let mut all = vec!["run", "--store", store];
    all.extend(words);
    given(paths, &all)
}

/// A writer whose text can be read.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
