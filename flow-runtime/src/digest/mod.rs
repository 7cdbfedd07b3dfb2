//! Digests of bytes and values, and fingerprints of code: blake3 throughout.
//!
//! What is hashed for which purpose is decided elsewhere; here is only how, so that two versions of this crate
//! agree on what they stored.

mod short;

use std::fmt;
use std::io;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use short::{NotBase64, ShortDigest};

use crate::message_pack;

/// The blake3 digest of bytes; written as 64 lower-case hexadecimal digits.
///
/// ```
/// use flow_runtime::digest::Digest;
///
/// let digest = Digest::of(b"Task 1");
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

/// A fingerprint of code: of a task's body or an expression, made by the macros from its token trees.
///
/// Not a [`Digest`], which speaks of data: an edited body has another fingerprint but may give the same bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Digest {
    /// A digest from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of everything that a reader gives, without holding it in memory.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn of_reader(reader: impl io::Read) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(reader)?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }

    /// The digest of a value: of its MessagePack with field names, map entries sorted by encoded key at any depth.
    ///
    /// Two maps with the same entries have the same digest, whatever order they iterate in. A `HashSet` is a
    /// sequence to serde and keeps its accidental order: use a `BTreeSet` in what is digested.
    ///
    /// # Errors
    /// When the value's own `Serialize` fails, or it nests deeper than 256 levels.
    pub fn of_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, DigestError> {
        let encoded = message_pack::encode(value).map_err(|error| DigestError(error.to_string()))?;
        let sorted = message_pack::canonical(&encoded).map_err(|error| DigestError(error.to_string()))?;
        Ok(Self::of(&sorted))
    }
}

impl Fingerprint {
    /// A fingerprint from its first and last sixteen bytes, big-endian, as the macros write it: nothing that costs
    /// time in a constant, and there is one for every task and expression.
    pub const fn from_words(high: u128, low: u128) -> Self {
        let mut bytes = [0; 32];
        let (first, last) = bytes.split_at_mut(16);
        first.copy_from_slice(&high.to_be_bytes());
        last.copy_from_slice(&low.to_be_bytes());
        Self(bytes)
    }

    /// A fingerprint from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A value that has no digest, because it cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be encoded for its digest: {0}")]
pub struct DigestError(String);

/// Combines labelled parts into one [`Digest`]; every label and part is preceded by its length, so that no two
/// different lists of parts run together into the same bytes.
///
/// ```
/// use flow_runtime::digest::Hasher;
///
/// let one = Hasher::new("example").part("a", b"xy").part("b", b"").digest();
/// let other = Hasher::new("example").part("a", b"x").part("b", b"y").digest();
/// assert_ne!(one, other);
/// ```
#[derive(Debug, Clone)]
pub struct Hasher {
    /// What is not hashed yet: the parts are small, and hashed many at a time.
    parts: Vec<u8>,
    /// The hash of what was before; a large thing to move about, and most need none.
    before: Option<Box<blake3::Hasher>>,
}

/// So many bytes are hashed at a time.
const MOST_PARTS: usize = 1 << 15;

impl Hasher {
    /// A hasher for one purpose; the purpose keeps digests of different things apart.
    pub fn new(purpose: &str) -> Self {
        let empty = Self {
            parts: Vec::with_capacity(256),
            before: None,
        };
        empty.field(purpose.as_bytes())
    }

    /// Adds a part under a label.
    #[must_use = "the hasher is taken and given back"]
    pub fn part(self, label: &str, bytes: &[u8]) -> Self {
        self.field(label.as_bytes()).field(bytes)
    }

    /// The digest of all parts so far, in their order.
    pub fn digest(&self) -> Digest {
        match &self.before {
            None => Digest::of(&self.parts),
            Some(before) => {
                let mut hasher = before.clone();
                Digest(*hasher.update(&self.parts).finalize().as_bytes())
            }
        }
    }

    fn field(mut self, bytes: &[u8]) -> Self {
        self.parts.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.parts.extend_from_slice(bytes);
        if self.parts.len() >= MOST_PARTS {
            self.before.get_or_insert_default().update(&self.parts);
            self.parts.clear();
        }
        self
    }
}

/// Text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 hexadecimal digits")]
pub struct NotHex;

fn write_hex(bytes: &[u8; 32], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn read_hex(text: &[u8]) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    let mut at = 0;
    while at < text.len() {
        let digit = match text[at] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            digit @ b'A'..=b'F' => digit - b'A' + 10,
            _ => return None,
        };
        bytes[at / 2] = bytes[at / 2] << 4 | digit;
        at += 1;
    }
    Some(bytes)
}

/// Both types are the same 32 bytes to the outside: hexadecimal in text, JSON and MessagePack alike.
macro_rules! written_as_hex {
    ($type:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($type))
            }
        }

        impl FromStr for $type {
            type Err = NotHex;

            fn from_str(text: &str) -> Result<Self, NotHex> {
                read_hex(text.as_bytes()).map(Self).ok_or(NotHex)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

written_as_hex!(Digest);
written_as_hex!(Fingerprint);

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde::Serialize;

    use super::{Digest, Fingerprint, Hasher, NotHex};

    #[test]
    fn a_digest_is_blake3_in_hexadecimal() {
        // The test vector of blake3 for empty input.
        let empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(empty.parse(), Ok(Digest::of(b"")));
        assert_eq!(empty.to_uppercase().parse(), Ok(Digest::of(b"")));
        for bad in [
            "",
            "af",
            &empty[1..],
            &format!("{empty}0"),
            &empty.replace('a', "g"),
            &"é".repeat(32),
        ] {
            assert_eq!(bad.parse::<Digest>(), Err(NotHex), "{bad}");
        }
    }

    #[test]
    fn a_reader_gives_the_digest_of_its_bytes() {
        let bytes = vec![7; 300_000];
        assert_eq!(Digest::of_reader(bytes.as_slice()).unwrap(), Digest::of(&bytes));
    }

    #[test]
    fn a_fingerprint_of_words_has_their_digits() {
        let fingerprint = Fingerprint::from_words(0x12 << 120, 0x34);
        assert_eq!(fingerprint.to_string(), format!("12{}34", "0".repeat(60)));
    }

    #[test]
    fn digests_and_fingerprints_are_hex_in_every_format() {
        const FINGERPRINT: Fingerprint = Fingerprint::from_words(
            0xabab_abab_abab_abab_abab_abab_abab_abab,
            0xabab_abab_abab_abab_abab_abab_abab_abab,
        );
        let digest = Digest::of(b"x");
        let json = serde_json::to_string(&(digest, FINGERPRINT)).unwrap();
        assert_eq!(json, format!("[\"{digest}\",\"{}\"]", "ab".repeat(32)));
        assert_eq!(
            serde_json::from_str::<(Digest, Fingerprint)>(&json).unwrap(),
            (digest, FINGERPRINT)
        );
        let packed = rmp_serde::to_vec_named(&digest).unwrap();
        assert_eq!(rmp_serde::from_slice::<Digest>(&packed).unwrap(), digest);
    }

    #[test]
    fn parts_do_not_run_together() {
        let digest = |purpose: &str, parts: &[(&str, &str)]| {
            let start = Hasher::new(purpose);
            parts
                .iter()
                .fold(start, |hasher, (label, bytes)| {
                    hasher.part(label, bytes.as_bytes())
                })
                .digest()
        };
        let all = [
            digest("p", &[]),
            digest("q", &[]),
            digest("p", &[("", "")]),
            digest("p", &[("a", "bc")]),
            digest("p", &[("ab", "c")]),
            digest("p", &[("a", "b"), ("c", "")]),
            digest("p", &[("a", ""), ("b", "c")]),
            digest("p", &[("b", "c"), ("a", "")]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
        }
    }

    #[test]
    fn the_order_of_a_map_does_not_matter_at_any_depth() {
        #[derive(Serialize)]
        struct Nested {
            by_name: HashMap<String, HashMap<(u8, String), Vec<f64>>>,
            list: Vec<HashMap<u32, Option<char>>>,
        }
        let make = || {
            // Every HashMap has its own random order.
            let inner = || {
                (0..20)
                    .map(|n| ((n, n.to_string()), vec![f64::from(n)]))
                    .collect()
            };
            Nested {
                by_name: (0..20).map(|n| (n.to_string(), inner())).collect(),
                list: vec![(0..50).map(|n| (n, char::from_u32(n + 65))).collect(); 3],
            }
        };
        let digest = Digest::of_value(&make()).unwrap();
        for _ in 0..10 {
            assert_eq!(Digest::of_value(&make()).unwrap(), digest);
        }
        let map: HashMap<_, _> = (0..50).map(|n| (n, n)).collect();
        let ordered: BTreeMap<_, _> = (0..50).map(|n| (n, n)).collect();
        assert_eq!(
            Digest::of_value(&map).unwrap(),
            Digest::of_value(&ordered).unwrap()
        );
    }

    #[test]
    fn values_that_differ_have_different_digests() {
        let all = [
            Digest::of_value(&1),
            Digest::of_value("1"),
            Digest::of_value(&1.0),
            Digest::of_value(&[1]),
            Digest::of_value(&Some(2)),
            Digest::of_value(&None::<u8>),
            Digest::of_value(&[1, 2]),
            Digest::of_value(&[2, 1]),
            Digest::of_value(&BTreeMap::from([(1, 2)])),
            Digest::of_value(&BTreeMap::from([(2, 1)])),
            Digest::of_value(&f64::NAN),
        ];
        assert!(all.iter().all(Result::is_ok));
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_encoded_says_why() {
        struct Refuses;
        impl Serialize for Refuses {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("locked"))
            }
        }
        let error = Digest::of_value(&Refuses).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the value cannot be encoded for its digest: locked"
        );
    }
}
