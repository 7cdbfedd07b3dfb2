//! Tasks of other modules: private to a parent, `pub(crate)`, re-exported, renamed, by path and by one `use`.
use flow_runtime::{Runner, flow, task};

#[task]
fn root() -> u32 {
    1
}

mod etl {
    use flow_runtime::{flow, task};

    #[task]
    pub(crate) fn clean(n: u32) -> u32 {
        n + 10
    }

    pub(crate) mod deep {
        #[flow_runtime::task]
        pub(in crate::etl) fn hidden(n: &u32) -> u32 {
            n + 100
        }

        #[flow_runtime::task]
        pub(super) fn load<'a>(n: &'a u32, _text: &'a str) -> u32 {
            n + 1000
        }
    }

    mod private {
        #[flow_runtime::task]
        pub fn exported(n: u32) -> u32 {
            n + 10_000
        }
    }
    pub(crate) use private::exported;

    flow! {
        pub(crate) fn within() -> u32 {
            r = super::root();
            h = deep::hidden(r);
            l = self::deep::load(h, "");
            l
        }
    }
}

use etl::clean;
use etl::exported as renamed;

flow! {
    fn across() -> u32 {
        a = root();
        b = clean(a);
        c = etl::clean(n: b);
        d = renamed(c);
        e = crate::etl::exported(d);
        e
    }
}

fn main() {
    let runner = Runner::in_memory();
    assert_eq!(*runner.run(across()).unwrap().output(), 20_021);
    assert_eq!(*runner.run(etl::within()).unwrap().output(), 1101);
}
