//! Tasks in other modules: by path, imported, re-exported, renamed, `mod parse` with `parse::parse(..)`.
use flow_runtime::{Runner, flow};

mod parse {
    use flow_runtime::task;

    #[task]
    pub fn parse(text: &str) -> u32 {
        text.len().try_into().unwrap()
    }
}

mod tasks {
    mod inner {
        #[flow_runtime::task]
        pub(crate) fn add(x: u32, y: u32) -> u32 {
            x + y
        }
    }
    pub(crate) use inner::add;
}

use tasks::add as plus;

fn main() {
    let f = flow! {
        a = parse::parse("abc");
        b = tasks::add(a, 1);
        c = plus(y: b, x: 1);
        d = crate::tasks::add(x: c, y: 1);
        e = self::tasks::add(d, 1);
        e
    };
    assert_eq!(*Runner::in_memory().run(f).unwrap().output(), 7);
}
