//! Compression of what a format has written: by the second extension of a target, `.json.gz`, `.csv.zst`.

#[cfg(any(feature = "gzip", feature = "zstd"))]
use std::io::{self, Read};

#[cfg(feature = "zstd")]
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError::SkipFrame};

use crate::spec::same;
use crate::task::BoxError;

/// What is larger than this when it is not compressed is neither written nor read: a few bytes can stand for any number of them.
pub(crate) const LARGEST: u64 = 1 << 30;

/// How the bytes of a format are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// `.gz`, with the feature `gzip`: without it nothing is written or read so.
    Gzip,
    /// `.zst`, with the feature `zstd`, likewise.
    Zstd,
}

impl Compression {
    /// The name of a format that is compressed so: the formats of this crate are told apart, an author's own has its own name.
    pub(super) const fn name(self, format: &'static str) -> &'static str {
        let suffix = match self {
            Self::Gzip => 0,
            Self::Zstd => 1,
        };
        let mut index = 0;
        while index < NAMES.len() {
            if same(NAMES[index].0, format) {
                return NAMES[index].1[suffix];
            }
            index += 1;
        }
        format
    }

    /// How a file of this name is compressed.
    #[cfg(feature = "cli")]
    pub(super) fn of(file: &str) -> Option<Self> {
        [(".gz", Self::Gzip), (".zst", Self::Zstd)]
            .into_iter()
            .find_map(|(end, compression)| file.ends_with(end).then_some(compression))
    }

    /// Compresses bytes: equal ones are equal again, as long as the library that does it is the same.
    ///
    /// # Errors
    ///
    /// If they are more than can be read again.
    pub(super) fn pack(self, bytes: &[u8], limit: u64) -> Result<Vec<u8>, BoxError> {
        if bytes.len() as u64 > limit {
            return Err(too_large(limit));
        }
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => {
                // Its head says neither a name nor a time.
                let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::default());
                let mut packed = Vec::new();
                encoder.read_to_end(&mut packed)?;
                Ok(packed)
            }
            #[cfg(feature = "zstd")]
            Self::Zstd => Ok(ruzstd::encoding::compress_to_vec(
                bytes,
                ruzstd::encoding::CompressionLevel::Fastest,
            )),
            #[cfg(not(all(feature = "gzip", feature = "zstd")))]
            missing => missing.is_off(bytes, limit),
        }
    }

    /// The bytes that were compressed, which may be anybody's.
    ///
    /// # Errors
    ///
    /// If they are not compressed so, are damaged, or too many.
    pub(super) fn unpack(self, packed: &[u8], limit: u64) -> Result<Vec<u8>, BoxError> {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => {
                // Other programs write several parts one after the other.
                let unpacked = bounded(flate2::bufread::MultiGzDecoder::new(packed), limit);
                unpacked.map_err(|error| wrong("gzip", error))
            }
            #[cfg(feature = "zstd")]
            Self::Zstd => {
                let mut rest = packed;
                let mut all = Vec::new();
                while !rest.is_empty() || all.is_empty() && packed.is_empty() {
                    let mut frame = match ruzstd::decoding::StreamingDecoder::new(&mut rest) {
                        Ok(frame) => frame,
                        // Other programs write some, for readers that know them.
                        Err(FrameDecoderError::ReadFrameHeaderError(SkipFrame { length, .. })) => {
                            let passed = rest.split_at_checked(length as usize);
                            rest = passed.ok_or_else(|| wrong("zstd", "it ends early"))?.1;
                            continue;
                        }
                        Err(error) => return Err(wrong("zstd", error)),
                    };
                    let left = limit.saturating_sub(all.len() as u64);
                    all.extend(bounded(&mut frame, left).map_err(|error| wrong("zstd", error))?);
                    // It leaves that to whoever reads it.
                    let told = frame.decoder.get_checksum_from_data();
                    if told.is_some() && told != frame.decoder.get_calculated_checksum() {
                        return Err(wrong("zstd", "its checksum is another"));
                    }
                }
                Ok(all)
            }
            #[cfg(not(all(feature = "gzip", feature = "zstd")))]
            missing => missing.is_off(packed, limit),
        }
    }

    /// The macros refuse what needs a feature that is off; who makes a codec by hand may not know.
    #[cfg(not(all(feature = "gzip", feature = "zstd")))]
    fn is_off(self, _: &[u8], _: u64) -> Result<Vec<u8>, BoxError> {
        Err(format!("flow-runtime is built without what `{self:?}` needs").into())
    }
}

/// The formats of this crate, and what they are called when they are compressed.
const NAMES: [(&str, [&str; 2]); 6] = [
    ("text", ["text.gz", "text.zst"]),
    ("json", ["json.gz", "json.zst"]),
    ("bytes", ["bytes.gz", "bytes.zst"]),
    ("csv", ["csv.gz", "csv.zst"]),
    ("msgpack", ["msgpack.gz", "msgpack.zst"]),
    ("postcard", ["postcard.gz", "postcard.zst"]),
];

#[cfg(any(feature = "gzip", feature = "zstd"))]
fn bounded(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(too_large(limit)));
    }
    Ok(bytes)
}

#[cfg(any(feature = "gzip", feature = "zstd"))]
fn wrong(name: &str, error: impl std::fmt::Display) -> BoxError {
    format!("it is not {name}, or damaged: {error}").into()
}

fn too_large(limit: u64) -> BoxError {
    format!("it has more than {limit} bytes when it is not compressed").into()
}

#[cfg(all(test, feature = "gzip", feature = "zstd"))]
mod tests {
    use super::{Compression, LARGEST};

    const ALL: [Compression; 2] = [Compression::Gzip, Compression::Zstd];

    fn samples() -> Vec<Vec<u8>> {
        let noise = |seed: u32| {
            let mut state = seed;
            move || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_le_bytes()[3]
            }
        };
        let mut random = noise(7);
        vec![
            Vec::new(),
            b"a".to_vec(),
            b"name,height\nDavos,1594.5\n".repeat(1000),
            vec![0; 300_000],
            (0..200_000).map(|_| random()).collect(),
        ]
    }

    #[test]
    fn what_is_packed_is_unpacked_again_and_equal_bytes_are_packed_alike() {
        for compression in ALL {
            for bytes in samples() {
                let packed = compression.pack(&bytes, LARGEST).unwrap();
                assert_eq!(packed, compression.pack(&bytes, LARGEST).unwrap());
                assert_eq!(
                    compression.unpack(&packed, LARGEST).unwrap(),
                    bytes,
                    "{compression:?}"
                );
            }
            let table = &samples()[2];
            assert!(compression.pack(table, LARGEST).unwrap().len() * 10 < table.len());
        }
    }

    #[test]
    fn several_parts_are_read_one_after_the_other() {
        for compression in ALL {
            let mut packed = compression.pack(b"one,", LARGEST).unwrap();
            packed.extend(compression.pack(b"two", LARGEST).unwrap());
            assert_eq!(compression.unpack(&packed, LARGEST).unwrap(), b"one,two");
        }
        // A frame that readers pass over, with three bytes of its own.
        let mut packed = vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        packed.extend(Compression::Zstd.pack(b"rows", LARGEST).unwrap());
        assert_eq!(Compression::Zstd.unpack(&packed, LARGEST).unwrap(), b"rows");
        assert!(Compression::Zstd.unpack(&packed[..9], LARGEST).is_err());
    }

    #[test]
    fn what_is_damaged_or_no_such_file_is_an_error() {
        for compression in ALL {
            let packed = compression.pack(&samples()[2], LARGEST).unwrap();
            for end in [0, 1, 5, packed.len() / 2, packed.len() - 1] {
                assert!(
                    compression.unpack(&packed[..end], LARGEST).is_err(),
                    "{compression:?} {end}"
                );
            }
            // Behind its head, which says what a reader may pass over; so may a few bits elsewhere be.
            for place in 12..packed.len() {
                let mut damaged = packed.clone();
                damaged[place] ^= 0x55;
                let unpacked = compression.unpack(&damaged, LARGEST);
                let is_whole = unpacked.map_or(true, |bytes| bytes == samples()[2]);
                assert!(is_whole, "{compression:?} {place}");
            }
            let mut damaged = packed.clone();
            let last = damaged.len() - 1;
            damaged[last] ^= 0x55;
            assert!(compression.unpack(&damaged, LARGEST).is_err(), "{compression:?}");
            let mut longer = packed;
            longer.extend(b"and more");
            assert!(compression.unpack(&longer, LARGEST).is_err(), "{compression:?}");
            assert!(compression.unpack(b"plain text", LARGEST).is_err());
        }
    }

    #[test]
    fn a_few_bytes_that_stand_for_very_many_are_refused() {
        for compression in ALL {
            let packed = compression.pack(&vec![0; 1_000_000], LARGEST).unwrap();
            assert!(packed.len() < 2000);
            let error = compression.unpack(&packed, 999_999).unwrap_err().to_string();
            assert!(error.contains("more than 999999 bytes"), "{error}");
            assert_eq!(compression.unpack(&packed, 1_000_000).unwrap().len(), 1_000_000);
            assert!(compression.pack(&[0; 100], 99).is_err());
        }
    }

    #[test]
    fn formats_are_told_apart_by_name() {
        let names = ["text", "json", "bytes", "csv", "msgpack", "postcard"];
        for name in names {
            assert_eq!(Compression::Gzip.name(name), format!("{name}.gz"));
            assert_eq!(Compression::Zstd.name(name), format!("{name}.zst"));
        }
        assert_eq!(Compression::Zstd.name("yaml"), "yaml");
    }
}
