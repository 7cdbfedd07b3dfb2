//! Tasks and flows inside function bodies, closures and blocks, each with names of its own.
use flow_runtime::{Runner, flow, task};

fn inner(n: u32) -> u32 {
    #[task]
    fn step(n: u32) -> u32 {
        n + 1
    }

    flow! {
        fn stepping(n: u32) -> u32 {
            a = step(n);
            b = step(a);
            b
        }
    }

    *Runner::in_memory().run(stepping(n)).unwrap().output()
}

struct Held;

impl Held {
    fn method(&self) -> u32 {
        #[task]
        fn step(n: u32) -> u32 {
            n + 10
        }

        let of_closure = || {
            let f = flow! { a = step(1); b = step(a); b };
            *Runner::in_memory().run(f).unwrap().output()
        };
        of_closure()
    }
}

fn main() {
    assert_eq!(inner(1), 3);
    assert_eq!(Held.method(), 21);
    let of_block = {
        #[task]
        async fn step(n: u32) -> u32 {
            n + 100
        }

        flow! { a = step(1); }
    };
    let run = Runner::in_memory().run(of_block).unwrap();
    assert_eq!(*run.result(of_block.a()).unwrap(), 101);
}
