//! All formats, round the store and back.
use flow_runtime::{Runner, StateType, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf(f64),
    Node(Vec<Tree>),
}

#[task(target = "text.txt")]
fn text() -> String {
    "a\n".to_owned()
}

#[task(target = "number.txt")]
fn number() -> i64 {
    -7
}

#[task(target = "nothing.txt")]
fn nothing() {}

#[task(target = "tree.json")]
fn tree() -> Tree {
    Tree::Node(vec![Tree::Leaf(0.1), Tree::Node(Vec::new())])
}

#[task(target = "raw.bin")]
fn raw() -> Vec<u8> {
    vec![0, 255]
}

#[task(target = "raw.dat", format = bytes)]
fn other() -> Vec<u8> {
    vec![1]
}

#[task(target = "rows.csv")]
fn rows() -> Vec<(u32, Option<String>)> {
    vec![(1, Some("a,b".to_owned())), (2, None)]
}

#[task(target = "tree.msgpack")]
fn tree_packed() -> Tree {
    Tree::Leaf(f64::INFINITY)
}

#[task(target = "tree.postcard")]
fn tree_short() -> Tree {
    Tree::Leaf(f64::INFINITY)
}

#[task(target = "rows.table", format = csv)]
fn named() -> Vec<u8> {
    vec![7]
}

mod own {
    use flow_runtime::BoxError;
    use flow_runtime::checkpoint::Format;

    /// Backwards.
    pub struct Reversed;

    impl Format<String> for Reversed {
        const NAME: &'static str = "reversed";

        fn encode(value: &String) -> Result<Vec<u8>, BoxError> {
            Ok(value.bytes().rev().collect())
        }

        fn decode(bytes: &[u8]) -> Result<String, BoxError> {
            Ok(String::from_utf8(bytes.iter().rev().copied().collect())?)
        }
    }
}

use own::Reversed;

#[task(target = "abc", format = Reversed)]
fn backwards() -> String {
    "abc".to_owned()
}

#[task]
fn packed(tree: &Tree) -> (Tree, f64) {
    (tree.clone(), f64::NAN)
}

fn main() {
    let f = flow! {
        a = text(); b = number(); c = nothing(); d = tree(); e = raw(); g = other(); h = packed(d);
        i = rows(); j = tree_packed(); l = named();
        #[node(target = "again.csv")]
        m = rows();
        #[node(target = "again.msgpack")]
        n = rows();
        o = tree_short();
        #[node(target = "again.postcard.gz")]
        r = rows();
        p = backwards();
        #[node(target = "cba.json", format = own::Reversed)]
        q = text();
    };
    let root = std::env::temp_dir().join(format!("flow-formats-{}", std::process::id()));
    for kind in [StateType::Success, StateType::Cached] {
        let run = Runner::new().store(&root).run(f).unwrap();
        assert_eq!(run.node_state(f.a()).kind, kind);
        assert_eq!(run.result(f.a()).unwrap(), "a\n");
        assert_eq!(*run.result(f.b()).unwrap(), -7);
        assert_eq!(*run.result(f.c()).unwrap(), ());
        assert_eq!(*run.result(f.d()).unwrap(), tree());
        assert_eq!(*run.result(f.e()).unwrap(), [0, 255]);
        assert_eq!(*run.result(f.g()).unwrap(), [1]);
        assert_eq!(*run.result(f.i()).unwrap(), rows());
        assert_eq!(*run.result(f.j()).unwrap(), tree_packed());
        assert_eq!(*run.result(f.o()).unwrap(), tree_packed());
        assert_eq!(*run.result(f.r()).unwrap(), rows());
        assert_eq!(*run.result(f.l()).unwrap(), [7]);
        for node in [f.m(), f.n()] {
            assert_eq!(run.node_state(node).kind, kind);
            assert_eq!(*run.result(node).unwrap(), rows());
        }
        assert_eq!(*run.result(f.p()).unwrap(), "abc");
        assert_eq!(std::fs::read(root.join("abc")).unwrap(), b"cba");
        assert_eq!(*run.result(f.q()).unwrap(), "a\n");
        assert_eq!(std::fs::read(root.join("cba.json")).unwrap(), b"\na");
        assert!(run.result(f.h()).unwrap().1.is_nan());
    }
    std::fs::remove_dir_all(root).unwrap();
}
