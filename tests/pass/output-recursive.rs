//! The output of a task may be a recursive type.
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tree {
    value: u32,
    children: Vec<Tree>,
    next: Option<Box<Tree>>,
}

#[task(target = "<node>.json")]
fn leaf(value: u32) -> Tree {
    Tree {
        value,
        children: Vec::new(),
        next: None,
    }
}

#[task]
fn join(children: &[Tree], next: Option<Box<Tree>>) -> Tree {
    Tree {
        value: 0,
        children: children.to_vec(),
        next,
    }
}

#[task]
fn sum(tree: &Tree) -> u32 {
    // Recursion by the function's own name, beside the struct.
    tree.value + tree.children.iter().map(sum).sum::<u32>() + tree.next.as_deref().map_or(0, sum)
}

flow! {
    fn growing(base: Tree) -> Tree {
        a = leaf(1);
        b = leaf(2);
        ab = join(&[a.clone(), b.clone()], Some(Box::new(base)));
        all = join(children: &[ab.clone()], next: None);
        total = sum(all);
        all
    }
}

fn main() {
    let run = Runner::in_memory().run(growing(leaf(3))).unwrap();
    assert_eq!(*run.result(growing::total).unwrap(), 6);
    assert_eq!(run.output().children[0].children[1], leaf(2));
}
