//! A reader of the MessagePack that this crate writes itself: one head at a time, nothing allocated, nesting bounded.
//!
//! It serves what needs the shape of a value without its type (sorted maps for digests, the place of a NaN);
//! it is not a decoder into values, that is rmp-serde's work.

use serde::Serialize;

/// How deep values may nest: twice what serde_json reads. Deeper input can overflow the stack of a thread.
pub(crate) const MAX_DEPTH: usize = 256;

/// What stands at the front of encoded bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Item<'a> {
    /// So many values follow.
    Array(usize),
    /// So many pairs of key and value follow.
    Map(usize),
    /// A string.
    Text(&'a [u8]),
    /// A float of either width.
    Float(f64),
    /// An integer.
    Integer(i128),
    /// Any other value that holds no other value.
    Scalar,
}

/// Bytes that are not MessagePack, or nest too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("the encoded value ends early")]
    Truncated,
    #[error("byte {0:#04x} starts no value")]
    Reserved(u8),
    #[error("bytes follow the encoded value")]
    Trailing,
    #[error("the value nests too deep")]
    TooDeep,
}

/// Encodes a value as maps with field names.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    rmp_serde::to_vec_named(value)
}

/// Takes the next item off `input`; the second value is all its bytes (for arrays and maps, those of the head).
pub(crate) fn next<'a>(input: &mut &'a [u8]) -> Result<(Item<'a>, &'a [u8]), Malformed> {
    let whole = *input;
    let Prefix { first, length, items } = prefix(input)?;
    let bytes = take(input, length)?;
    let item = match first {
        0x00..=0x7f => Item::Integer(i128::from(first)),
        0xe0..=0xff => Item::Integer(i128::from(first) - 0x100),
        0xcc..=0xcf => Item::Integer(integer(bytes, false)),
        0xd0..=0xd3 => Item::Integer(integer(bytes, true)),
        0xca => Item::Float(f64::from(f32::from_be_bytes(fixed(bytes)?))),
        0xcb => Item::Float(f64::from_be_bytes(fixed(bytes)?)),
        0xa0..=0xbf | 0xd9..=0xdb => Item::Text(bytes),
        0x90..=0x9f | 0xdc | 0xdd => Item::Array(items),
        0x80..=0x8f | 0xde | 0xdf => Item::Map(items / 2),
        _ => Item::Scalar,
    };
    Ok((item, &whole[..whole.len() - input.len()]))
}

/// The first bytes of an item: what it is, how many bytes of its own follow, and how many items that it holds.
struct Prefix {
    first: u8,
    length: usize,
    items: usize,
}

#[inline]
fn prefix(input: &mut &[u8]) -> Result<Prefix, Malformed> {
    let (&first, rest) = input.split_first().ok_or(Malformed::Truncated)?;
    *input = rest;
    let (length, items) = match first {
        0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => (0, 0),
        0xa0..=0xbf => (usize::from(first & 0x1f), 0),
        0x80..=0x8f => (0, 2 * usize::from(first & 0x0f)),
        0x90..=0x9f => (0, usize::from(first & 0x0f)),
        0xca => (4, 0),
        0xcb => (8, 0),
        // Unsigned and signed integers of 1, 2, 4, 8 bytes.
        0xcc..=0xcf => (1 << (first - 0xcc), 0),
        0xd0..=0xd3 => (1 << (first - 0xd0), 0),
        // Extensions of a fixed length: a type byte and 1, 2, 4, 8, 16 bytes.
        0xd4..=0xd8 => (1 + (1 << (first - 0xd4)), 0),
        0xc4..=0xc6 => (number(input, first - 0xc4)?, 0),
        // A type byte stands before the others.
        0xc7..=0xc9 => (number(input, first - 0xc7)?.saturating_add(1), 0),
        0xd9..=0xdb => (number(input, first - 0xd9)?, 0),
        0xdc | 0xdd => (0, number(input, first - 0xdc + 1)?),
        0xde | 0xdf => {
            let pairs = number(input, first - 0xde + 1)?;
            (0, pairs.checked_mul(2).ok_or(Malformed::Truncated)?)
        }
        0xc1 => return Err(Malformed::Reserved(first)),
    };
    Ok(Prefix { first, length, items })
}

/// The encoded value with the entries of every map sorted by their encoded key, so that equal maps give equal bytes.
pub(crate) fn canonical(encoded: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut rest = encoded;
    let mut out = Vec::with_capacity(encoded.len());
    sort(&mut rest, &mut out, 0)?;
    if rest.is_empty() {
        Ok(out)
    } else {
        Err(Malformed::Trailing)
    }
}

fn sort(input: &mut &[u8], out: &mut Vec<u8>, depth: usize) -> Result<(), Malformed> {
    if depth > MAX_DEPTH {
        return Err(Malformed::TooDeep);
    }
    let (item, bytes) = next(input)?;
    out.extend_from_slice(bytes);
    match item {
        Item::Array(count) => {
            for _ in 0..count {
                sort(input, out, depth + 1)?;
            }
        }
        Item::Map(count) => {
            let start = out.len();
            let mut entries = Vec::new();
            for _ in 0..count {
                let from = out.len() - start;
                sort(input, out, depth + 1)?;
                sort(input, out, depth + 1)?;
                entries.push(from..out.len() - start);
            }
            // No encoded key is the start of another, so whole entries stand in the order of their keys.
            if !entries.is_sorted_by_key(|entry| &out[start..][entry.clone()]) {
                let unsorted = out.split_off(start);
                entries.sort_by_key(|entry| &unsorted[entry.clone()]);
                for entry in entries {
                    out.extend_from_slice(&unsorted[entry]);
                }
            }
        }
        Item::Text(_) | Item::Float(_) | Item::Integer(_) | Item::Scalar => {}
    }
    Ok(())
}

/// Checks that there is one value and nothing behind it, in which arrays and maps that hold something nest less than `LEVELS`
/// deep.
pub(crate) fn check<const LEVELS: usize>(encoded: &[u8]) -> Result<(), Malformed> {
    let mut rest = encoded;
    // Of each array or map that is open: how many items are still to come. No list that grows, nor one of more levels than there
    // can be: records are many, and small.
    let mut open = [0; LEVELS];
    let mut level = 0;
    open[0] = 1;
    loop {
        if open[level] == 0 {
            match level.checked_sub(1) {
                None => break,
                Some(outer) => level = outer,
            }
            continue;
        }
        open[level] -= 1;
        let Prefix { length, items, .. } = prefix(&mut rest)?;
        rest = rest.get(length..).ok_or(Malformed::Truncated)?;
        if items == 0 {
            continue;
        }
        level += 1;
        *open.get_mut(level).ok_or(Malformed::TooDeep)? = items;
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Malformed::Trailing)
    }
}

/// How deep arrays and maps nest.
pub(crate) fn levels(encoded: &[u8]) -> Result<usize, Malformed> {
    let mut rest = encoded;
    let mut deepest = 0;
    // Of each array or map that is open: how many items are still to come.
    let mut open: Vec<usize> = Vec::new();
    while !rest.is_empty() {
        let count = match next(&mut rest)?.0 {
            Item::Array(count) => Some(count),
            Item::Map(count) => Some(2 * count),
            Item::Text(_) | Item::Float(_) | Item::Integer(_) | Item::Scalar => None,
        };
        if let Some(count) = count {
            deepest = deepest.max(open.len() + 1);
            if count > 0 {
                open.push(count);
                continue;
            }
        }
        while let Some(left) = open.last_mut() {
            *left -= 1;
            if *left > 0 {
                break;
            }
            open.pop();
        }
    }
    Ok(deepest)
}

fn take<'a>(input: &mut &'a [u8], length: usize) -> Result<&'a [u8], Malformed> {
    let (head, tail) = input.split_at_checked(length).ok_or(Malformed::Truncated)?;
    *input = tail;
    Ok(head)
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Malformed> {
    bytes.try_into().map_err(|_| Malformed::Truncated)
}

/// A big-endian integer of at most 8 bytes.
fn integer(bytes: &[u8], signed: bool) -> i128 {
    let start = if signed && bytes[0] >= 0x80 { -1 } else { 0 };
    bytes
        .iter()
        .fold(start, |value, byte| value << 8 | i128::from(*byte))
}

/// A big-endian number of 1, 2 or 4 bytes.
fn number(input: &mut &[u8], power: u8) -> Result<usize, Malformed> {
    let bytes = take(input, 1 << power)?;
    Ok(bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Item, Malformed, canonical, encode, next};

    /// Reads everything as a flat list; fails on anything left over.
    fn items(encoded: &[u8]) -> Vec<Item<'_>> {
        let mut rest = encoded;
        let mut items = Vec::new();
        while !rest.is_empty() {
            items.push(next(&mut rest).unwrap().0);
        }
        items
    }

    #[test]
    fn every_kind_and_width_that_is_written_is_read() {
        let integers: Vec<i64> = vec![
            0,
            127,
            128,
            255,
            256,
            65_536,
            i64::MAX,
            -1,
            -33,
            -200,
            -40_000,
            i64::MIN,
        ];
        let mut expected = vec![Item::Array(integers.len())];
        expected.extend(integers.iter().map(|integer| Item::Integer(i128::from(*integer))));
        assert_eq!(items(&encode(&integers).unwrap()), expected);
        assert_eq!(
            items(&encode(&u64::MAX).unwrap()),
            [Item::Integer(i128::from(u64::MAX))]
        );
        assert_eq!(
            items(&encode(&(true, None::<u8>)).unwrap()),
            [Item::Array(2), Item::Scalar, Item::Scalar]
        );

        for length in [0, 31, 32, 255, 256, 65_535, 65_536] {
            let text = "x".repeat(length);
            assert_eq!(items(&encode(&text).unwrap()), [Item::Text(text.as_bytes())]);
            let array = vec![(); length];
            assert_eq!(items(&encode(&array).unwrap()).len(), length + 1);
            let map: BTreeMap<usize, bool> = (0..length).map(|key| (key, true)).collect();
            assert_eq!(items(&encode(&map).unwrap())[0], Item::Map(length));
        }
        assert_eq!(
            items(&encode(&(1.5_f32, -2.5_f64)).unwrap())[1..],
            [Item::Float(1.5), Item::Float(-2.5)]
        );
        // An extension of a fixed length, one with a length, and binary.
        assert_eq!(
            items(&[0xd6, 1, 0, 0, 0, 0, 0xc7, 2, 1, 0, 0, 0xc4, 1, 9]),
            [Item::Scalar; 3]
        );
    }

    #[test]
    fn bytes_that_end_early_or_go_on_are_malformed() {
        let encoded = encode(&("text", vec![1_u64 << 40], 1.5)).unwrap();
        for end in 0..encoded.len() {
            assert_eq!(
                canonical(&encoded[..end]),
                Err(Malformed::Truncated),
                "cut at {end}"
            );
        }
        let longer = [encoded.as_slice(), &[0]].concat();
        assert_eq!(canonical(&longer), Err(Malformed::Trailing));
        assert_eq!(canonical(&[0xc1]), Err(Malformed::Reserved(0xc1)));
        // A map that claims four thousand million entries allocates nothing for them.
        assert_eq!(
            canonical(&[0xdf, 0xff, 0xff, 0xff, 0xff]),
            Err(Malformed::Truncated)
        );
    }

    #[test]
    fn nesting_is_bounded() {
        assert_eq!(canonical(&[0x91; 5_000]), Err(Malformed::TooDeep));
    }
}
