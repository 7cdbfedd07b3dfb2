//! Targets that certainly meet: one hash pass over a flow's nodes, at compile time.

use super::message::{Message, same};
use super::{Argument, Literal, NodeSpec, Source, TaskSpec};
use crate::checkpoint::is_in_digits;
use crate::template::Piece;

/// For each node, the earlier node that certainly has the same path; [`usize::MAX`] where there is none.
pub type Clashes<const NODES: usize> = [usize; NODES];

/// Finds the nodes whose target is certainly the path of an earlier one: equal after the static variables are
/// filled in, with argument variables fed by the same bare parameter or by equal literals.
///
/// `TABLE` is a power of two above `NODES`; the macro computes it. What depends on argument values is checked when
/// the flow runs.
pub const fn clashes<const NODES: usize, const TABLE: usize>(
    flow_name: &str,
    nodes: &[NodeSpec],
) -> Clashes<NODES> {
    let mut found = [usize::MAX; NODES];
    let mut table = [(0_u128, usize::MAX); TABLE];
    let mut index = 0;
    while index < nodes.len() {
        if let Some(hash) = path_hash(flow_name, &nodes[index]) {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "the low bits of a hash are as good as any"
            )]
            let mut place = hash as usize & (TABLE - 1);
            while table[place].1 != usize::MAX && table[place].0 != hash {
                place = (place + 1) & (TABLE - 1);
            }
            if table[place].1 == usize::MAX {
                table[place] = (hash, index);
            } else {
                found[index] = table[place].1;
            }
        }
        index += 1;
    }
    found
}

/// The clash of one node with an earlier one, or of its children with one another, if any: what the `const _` at the node
/// panics with.
pub const fn path_clash(nodes: &[NodeSpec], clashes: &[usize], node: usize) -> Option<Message> {
    let fault = arms_fault(&nodes[node]);
    if fault.is_some() {
        return fault;
    }
    if clashes[node] == usize::MAX {
        return None;
    }
    let (node, earlier) = (&nodes[node].arms()[0], &nodes[clashes[node]].arms()[0]);
    let message = Message::new("node `")
        .push(node.name)
        .push("` writes the same file as node `")
        .push(earlier.name);
    let (Some(target), Some(other)) = (node.target(), earlier.target()) else {
        return Some(message.push("`"));
    };
    let message = if same(target.source, other.source) {
        message
            .push("`: the target `")
            .push(target.source)
            .push("` gives both the same path")
    } else {
        message
            .push("`: the targets `")
            .push(target.source)
            .push("` and `")
            .push(other.source)
            .push("` give both the same path")
    };
    Some(message.push("; tell them apart with `<node>` or an argument"))
}

/// The first of what is wrong with what the node can be: the arms of an `if` or `match`, or itself.
const fn arms_fault(node: &NodeSpec) -> Option<Message> {
    let (arms, mut index) = (node.arms(), 0);
    while index < arms.len() {
        let fault = children_fault(&arms[index]);
        if fault.is_some() {
            return fault;
        }
        index += 1;
    }
    None
}

/// What is wrong with how the target of a node tells the children of a `for` apart, or with telling them apart where there
/// are none.
const fn children_fault(node: &NodeSpec) -> Option<Message> {
    let Some(template) = node.target() else {
        return None;
    };
    let each = node.each();
    let (mut tells_apart, mut index) = (false, 0);
    while index < template.pieces.len() {
        match (template.pieces[index], each) {
            (Piece::ChildKey, Some(each)) if !each.keyed => {
                let message = Message::new("the target `")
                    .push(template.source)
                    .push("` has `<key>`, and the children of `")
                    .push(node.name)
                    .push("` have none; write `#[node(key = |item| ..)]` before it, or `<index>`");
                return Some(message);
            }
            (Piece::ChildIndex | Piece::ChildKey, None) => {
                let message = Message::new("the target `")
                    .push(template.source)
                    .push("` tells the children of a `for` apart, and `")
                    .push(node.name)
                    .push("` is none; call the task in a `for`, or give the node a target of its own");
                return Some(message);
            }
            (Piece::ChildIndex | Piece::ChildKey | Piece::Args, _) => tells_apart = true,
            (Piece::Argument(name), _) => {
                tells_apart |= mentions_item(source(node.task, node.arguments, name));
            }
            _ => {}
        }
        index += 1;
    }
    if each.is_none() || tells_apart {
        return None;
    }
    let message = Message::new("the target `")
        .push(template.source)
        .push("` gives all children of `")
        .push(node.name)
        .push("` the same path; tell them apart with `<index>`, `<key>` or an argument that is of the item");
    Some(message)
}

/// Whether an argument is another one for each child.
const fn mentions_item(source: Option<Source>) -> bool {
    match source {
        Some(Source::Item(_)) => true,
        Some(Source::Expression { items, .. }) => !items.is_empty(),
        _ => false,
    }
}

/// A 128-bit FNV-1a: no attacker chooses these strings, and a false clash needs 2^64 nodes.
struct Hash(u128);

impl Hash {
    const fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u128).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
    }

    const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            self.byte(bytes[index]);
            index += 1;
        }
    }

    /// A value, as it stands in a path: what [`escaped`](crate::checkpoint::escaped) makes of it, which a test compares.
    const fn value(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.is_empty() {
            self.byte(b'%');
        }
        let mut index = 0;
        while index < bytes.len() {
            let byte = bytes[index];
            if is_in_digits(bytes, index) {
                self.byte(b'%');
                self.byte(b"0123456789ABCDEF"[(byte >> 4) as usize]);
                self.byte(b"0123456789ABCDEF"[(byte & 0xF) as usize]);
            } else {
                self.byte(byte);
            }
            index += 1;
        }
    }

    /// A variable whose value is not known yet: no path holds a zero byte.
    const fn unknown(&mut self, kind: u8, text: &str) {
        self.byte(0);
        self.byte(kind);
        self.text(text);
        self.byte(0);
    }

    /// A parameter of the flow, whichever way it comes into the path.
    const fn param(&mut self, index: usize) {
        self.byte(0);
        self.byte(b'p');
        let mut rest = index;
        while rest > 0 {
            #[allow(clippy::cast_possible_truncation, reason = "masked")]
            self.byte((rest & 0xFF) as u8);
            rest >>= 8;
        }
        self.byte(0);
    }
}

/// `None` where there is no target, or where only a run can tell the path. Of an `if` or `match` only the run can tell which arm
/// is chosen, unless all of them have the same path.
const fn path_hash(flow_name: &str, node: &NodeSpec) -> Option<u128> {
    let arms = node.arms();
    let Some(hash) = path_hash_of_one(flow_name, &arms[0]) else {
        return None;
    };
    let mut index = 1;
    while index < arms.len() {
        match path_hash_of_one(flow_name, &arms[index]) {
            Some(other) if other == hash => {}
            _ => return None,
        }
        index += 1;
    }
    match node.branch() {
        Some(branch) if branch.may_skip => None,
        _ => Some(hash),
    }
}

/// The same of a node that is no `if` or `match`, or of an arm.
const fn path_hash_of_one(flow_name: &str, node: &NodeSpec) -> Option<u128> {
    let Some(template) = node.target() else {
        return None;
    };
    let mut hash = Hash(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D);
    let mut index = 0;
    while index < template.pieces.len() {
        match template.pieces[index] {
            Piece::Text(text) => hash.text(text),
            Piece::Date(format) => hash.unknown(b'd', format),
            Piece::TaskName => hash.value(node.task.name),
            Piece::Version => hash.value(node.task.version),
            // Only a run can tell.
            Piece::Args | Piece::ChildKey => return None,
            Piece::ChildIndex => hash.unknown(b'i', ""),
            Piece::Node => hash.value(node.name),
            Piece::FlowName => hash.value(flow_name),
            Piece::RunId => hash.unknown(b'r', ""),
            Piece::Parameter { index, .. } => hash.param(index),
            Piece::Argument(name) => match source(node.task, node.arguments, name) {
                Some(Source::Param(param)) => hash.param(param),
                Some(Source::Literal(Literal::Exact(text))) => hash.value(text),
                Some(Source::Literal(Literal::Float(text))) => hash.unknown(b'f', text),
                _ => return None,
            },
        }
        index += 1;
    }
    Some(hash.0)
}

const fn source(task: &TaskSpec, arguments: &[Argument], name: &str) -> Option<Source> {
    let mut index = 0;
    while index < arguments.len() {
        let given = match arguments[index].name {
            Some(given) => given,
            None if index < task.parameters.len() => task.parameters[index].name,
            None => return None,
        };
        if same(given, name) {
            return Some(arguments[index].source);
        }
        index += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Hash;
    use crate::checkpoint::escaped;

    fn hashes(value: &str) -> (u128, u128) {
        let (mut known, mut written) = (Hash(1), Hash(1));
        known.value(value);
        written.text(&escaped(value));
        (known.0, written.0)
    }

    #[test]
    fn a_value_is_escaped_at_compile_time_as_it_is_in_a_run() {
        for value in [
            "", ".", "..", "...", ".flow", ".FLOW", ".flows", "a/b", "\\", "%", "\n", "\u{7f}", "\u{80}",
            "\u{9f}", "\u{a0}", "ü",
        ] {
            let (known, written) = hashes(value);
            assert_eq!(known, written, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is(value in any::<String>()) {
            let (known, written) = hashes(&value);
            prop_assert_eq!(known, written);
        }
    }
}
