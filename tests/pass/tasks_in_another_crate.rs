//! Tasks and a flow of another crate: one `use` brings the function and the task.
use flow_runtime::{Runner, flow};
use flow_tests::elsewhere::{count, spell, spelling};

flow! {
    fn abroad(word: String) -> usize {
        s = spell(word, "-");
        c = count(letters: s);
        d = flow_tests::elsewhere::count(&s[1..]);
        e = add(*c, *d);
        e
    }
}

#[flow_runtime::task]
fn add(a: usize, b: usize) -> usize {
    a + b
}

fn main() {
    let runner = Runner::in_memory();
    let run = runner.run(abroad("flow".to_owned())).unwrap();
    assert_eq!(run.result(abroad::s).unwrap(), &["f-", "l-", "o-", "w-"]);
    assert_eq!(*run.output(), 7);
    assert_eq!(count(&spell("ab", "")), 2);
    assert_eq!(*runner.run(spelling("abc".to_owned())).unwrap().output(), 3);
}
