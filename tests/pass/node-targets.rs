//! A node's own target: every way to write an argument that it shows or does not show, and every place where a flow may
//! stand.
use std::borrow::Cow;
use std::fmt::Display;

use flow_runtime::{Date, Outcome, Runner, flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1, 2]
}

#[task]
fn describe(rows: &[u32], name: &str, r#type: char, share: f32, note: Cow<'_, str>) -> String {
    format!("{} {name} {type} {share} {note}", rows.len(), r#type = r#type)
}

#[task(target = "task/<day>.bin")]
async fn pack(rows: Vec<u32>, day: Date) -> Vec<u8> {
    format!("{rows:?} {day}").into_bytes()
}

#[task]
fn told(of: Outcome<&str>, by: impl_free::Name) -> String {
    format!("{} {by}", of.success().unwrap_or("nothing"))
}

mod impl_free {
    #[derive(Clone)]
    pub struct Name(pub &'static str);

    impl std::fmt::Display for Name {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }
}

flow! {
    fn described(day: Date, name: String, r#type: char = 'x', list: Vec<u32> = vec![1]) -> String {
        all = rows();
        // Bare names, a raw one, literals, and temporaries that only coerce.
        #[node(target = "<day>/<name>-<type>-<share>-<note>.txt")]
        a = describe(all, name, r#type, 0.5, "n".into());
        #[node(target = "<name>/<type>/{share}/<note>.txt")]
        b = describe(&[all.len() as u32], &format!("{name}{}", all.len()), 'y', 1.0 + 0.5, Cow::Borrowed("m"));
        #[node(target = "named/<day>/<name>.txt", retries = 1, retry_delay = "1s")]
        c = describe(note: Cow::Borrowed(&name), rows: &list, r#type: 'z', name: &name, share: 2.0);
        #[node(target = "<run_id>/<day>.json", format = bytes)]
        d = pack(all.iter().map(|row| row + 1).collect(), day);
        #[node(target = "told/<by>.txt", trigger = all_finished)]
        e = told(c, impl_free::Name("me"));
        #[node(target = "last/{date:%Y}/<flow_name>/<node>/<task_name>.txt")]
        f = told("f".len().min(1).eq(&1).then_some("f").map_or(Outcome::Skipped, Outcome::Success), impl_free::Name("you"));
        f
    }
}

macro_rules! with_target {
    ($flow:ident, $task:path, $target:literal, $argument:expr) => {
        flow! {
            fn $flow(day: Date) -> Vec<u8> {
                #[node(target = $target)]
                packed = $task($argument, day);
                packed
            }
        }
    };
}

with_target!(packed, pack, "<day>/packed.bin", vec![7]);

fn generic<T: From<u32> + Display>() -> T {
    let f = flow! {
        #[node(target = "<node>.json")]
        all = rows();
        #[node(target = "<rows>.txt", format = json)]
        n = count("a", all.len());
        n
    };
    T::from(*Runner::in_memory().run(f).unwrap().output())
}

#[task(checkpoint = true)]
fn count(rows: &str, more: usize) -> u32 {
    (rows.len() + more) as u32
}

fn main() {
    let day: Date = "2026-11-23".parse().unwrap();
    let run = Runner::in_memory().run(described(day, "abc".to_owned())).unwrap();
    assert_eq!(run.output(), "f you");
    assert_eq!(run.result(described::a).unwrap(), "2 abc x 0.5 n");
    assert_eq!(run.result(described::b).unwrap(), "1 abc2 y 1.5 m");
    assert_eq!(run.result(described::c).unwrap(), "1 abc z 2 abc");
    assert_eq!(run.result(described::e).unwrap(), "1 abc z 2 abc me");
    let run = Runner::in_memory().run(packed(day)).unwrap();
    assert_eq!(run.output(), b"[7] 2026-11-23");
    assert_eq!(generic::<u64>(), 3);
}
