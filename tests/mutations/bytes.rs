//! Changes of bytes that know nothing of what they mean.

use super::random::Random;

/// The longest range that is taken, doubled or overwritten.
const RANGE: usize = 24;

/// Changes `bytes` in one to three places. Now and then a part comes from another input.
pub(crate) fn mutate(bytes: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
    for _ in 0..=random.below(3) {
        once(bytes, others, random);
    }
}

fn once(bytes: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(RANGE)).min(bytes.len());
    match random.below(9) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        2 if at < bytes.len() => bytes[at] = edge(random),
        3 => bytes.insert(at, edge(random)),
        4 => {
            bytes.drain(at..end);
        }
        5 => {
            let twice = bytes[at..end].to_vec();
            bytes.splice(at..at, twice);
        }
        6 => bytes[at..end].fill(edge(random)),
        7 if random.below(4) == 0 => bytes.truncate(at),
        _ if !others.is_empty() => {
            let other = random.of(others);
            let from = random.below(other.len());
            let to = (from + random.below(RANGE)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        _ => {}
    }
}

/// A byte, often one at which something changes.
fn edge(random: &mut Random) -> u8 {
    const EDGES: &[u8] =
        b"\0\x01\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc4\xca\xcb\xcf\xd9\xdb\xdc\xdf\xe0\xff\"\\{}[],:0-9.eE";
    match random.below(3) {
        0 => random.next().to_le_bytes()[0],
        _ => *random.of(EDGES),
    }
}
