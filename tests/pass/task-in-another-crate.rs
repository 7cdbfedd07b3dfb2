//! A task of another crate, by path and imported.
use flow_runtime::{Runner, flow};
use flow_tests::lengths;

fn main() {
    let f = flow! {
        a = flow_tests::words("one two three");
        b = lengths(a);
        c = lengths(words: a);
        c
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(*run.output(), [3, 3, 5]);
    assert_eq!(run.result(f.b()).unwrap(), run.output());
}
