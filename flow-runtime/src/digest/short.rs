use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::Digest;

/// The first half of a [`Digest`]: what a run knows of its results, in 22 characters of base64 instead of 64 digits.
///
/// 128 bits tell any two results apart that are not made to look alike; nobody gains by making some.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShortDigest([u8; 16]);

impl ShortDigest {
    /// A digest from its 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<Digest> for ShortDigest {
    fn from(digest: Digest) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        Self(bytes)
    }
}

impl fmt::Display for ShortDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.0))
    }
}

impl fmt::Debug for ShortDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShortDigest({self})")
    }
}

/// Text that is not 22 characters of base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 22 characters of base64")]
pub struct NotBase64;

impl FromStr for ShortDigest {
    type Err = NotBase64;

    fn from_str(text: &str) -> Result<Self, NotBase64> {
        let bytes = BASE64.decode(text).map_err(|_| NotBase64)?;
        bytes.try_into().map(Self).map_err(|_| NotBase64)
    }
}

#[cfg(test)]
mod tests {
    use super::{NotBase64, ShortDigest};
    use crate::digest::Digest;

    #[test]
    fn a_short_digest_survives_its_text() {
        let short = ShortDigest::from(Digest::of(b"Task 1"));
        assert_eq!(short.to_string().len(), 22);
        assert_eq!(short.to_string().parse(), Ok(short));
        assert_ne!(short, ShortDigest::from(Digest::of(b"Task 2")));
        for wrong in ["", "x", &"A".repeat(21), &"A".repeat(23), &"+".repeat(22)] {
            assert_eq!(wrong.parse::<ShortDigest>(), Err(NotBase64), "{wrong:?}");
        }
    }
}
