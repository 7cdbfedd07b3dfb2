//! A node's name in a macro call, a format string or a nested closure is an edge; the name of a format's argument is none.
use flow_runtime::{Runner, flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![3, 4]
}

#[task]
fn print(text: String) -> String {
    text
}

#[task]
fn add(x: u32) -> u32 {
    x + 1
}

fn main() {
    let f = flow! {
        inline = print(format!("{all:?}"));
        tokens = print(format!("{:?}", all));
        width = print(format!("{:>small$}", "x"));
        named_width = print(format!("{x:>small$}", x = "x", small = *small + 1));
        same = print(format!("{all:?}{small}", all = all, small = small));
        own = print(format!("{own}{all}", own = 1, all = 2));
        closure = print([1_u32, 2].iter().map(|x| (x + all[0]).to_string()).collect());
        small = print_width();
        vec = add(vec![all[0], all[1]].iter().sum());
        different = add(u32::from(all.len() != 1));
        all = rows();
    };
    let run = Runner::in_memory().run(f).unwrap();
    assert_eq!(run.result(f.inline()).unwrap(), "[3, 4]");
    assert_eq!(run.result(f.tokens()).unwrap(), "[3, 4]");
    assert_eq!(run.result(f.width()).unwrap(), "   x");
    assert_eq!(run.result(f.named_width()).unwrap(), "    x");
    assert_eq!(run.result(f.same()).unwrap(), "[3, 4]4");
    assert_eq!(run.result(f.own()).unwrap(), "12");
    assert_eq!(run.result(f.closure()).unwrap(), "45");
    assert_eq!(*run.result(f.vec()).unwrap(), 8);
    assert_eq!(*run.result(f.different()).unwrap(), 2);
}

#[task]
fn print_width() -> usize {
    4
}
