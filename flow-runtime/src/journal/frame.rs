//! How records stand in a journal: a header, then each record with its length and a checksum.
//!
//! ```text
//! header  "flow journal" (12 bytes), version (u32)
//! frame   length of the payload (u32), CRC-32 of length and payload (u32), payload
//! ```
//!
//! All numbers are little-endian. A journal that was cut short, or whose bytes were changed, is read up to its last
//! record that is whole: what follows is not believed, for it cannot be known what is missing between.

use std::io;

use super::JournalError;
use crate::task::BoxError;

/// The first bytes of a journal.
const MAGIC: &[u8; 12] = b"flow journal";

/// The version that is written and read.
pub(crate) const VERSION: u32 = 1;

/// The bytes before the first frame.
pub(crate) const HEADER: usize = MAGIC.len() + 4;

/// The bytes of a frame beside its payload.
const OVERHEAD: usize = 8;

/// No record is longer: a table of ten million nodes, or a small result.
const LONGEST: usize = 1 << 30;

/// How many bytes are summed at most to find out whether something whole follows what is damaged.
const MOST_SUMMED: usize = 1 << 26;

/// The header of a new journal.
pub(crate) fn header() -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..MAGIC.len()].copy_from_slice(MAGIC);
    header[MAGIC.len()..].copy_from_slice(&VERSION.to_le_bytes());
    header
}

/// Adds a frame whose payload `write` appends. A payload that cannot be written, or is longer than any that is read,
/// leaves nothing behind.
pub(crate) fn append<E: Into<BoxError>>(
    to: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> io::Result<()> {
    append_within(LONGEST, to, write)
}

fn append_within<E: Into<BoxError>>(
    longest: usize,
    to: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> io::Result<()> {
    let start = to.len();
    to.extend_from_slice(&[0; OVERHEAD]);
    let written = write(to).map_err(io::Error::other);
    let payload = to.len() - start - OVERHEAD;
    let is_short = |length: &u32| (*length as usize) <= longest;
    let length = written.and_then(|()| {
        let length = u32::try_from(payload).ok().filter(is_short);
        length.ok_or_else(|| io::Error::other(format!("a record has {payload} bytes, more than {longest}")))
    });
    let length = length.inspect_err(|_| to.truncate(start))?.to_le_bytes();
    let sum = checksum(length, &to[start + OVERHEAD..]);
    to[start..start + 4].copy_from_slice(&length);
    to[start + 4..start + OVERHEAD].copy_from_slice(&sum);
    Ok(())
}

fn checksum(length: [u8; 4], payload: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize().to_le_bytes()
}

/// The frames of a journal, up to the last that is whole.
pub(crate) struct Frames<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Frames<'a> {
    /// The frames in `bytes`, which start with a header.
    ///
    /// # Errors
    ///
    /// If it is no journal, or one of another version. One that was cut short in its header has no frames.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, JournalError> {
        let header = header();
        let (magic, version) = header.split_at(MAGIC.len());
        if bytes.len() >= HEADER && bytes[..HEADER] == [0; HEADER] {
            // The power went when the file had its length and not yet its bytes: nothing was written that anybody may rely on.
            return Ok(Self {
                bytes,
                at: bytes.len(),
            });
        }
        if bytes.len() < HEADER {
            return if header.starts_with(bytes) {
                Ok(Self {
                    bytes,
                    at: bytes.len(),
                })
            } else {
                Err(JournalError::NoJournal)
            };
        }
        if &bytes[..MAGIC.len()] != magic {
            return Err(JournalError::NoJournal);
        }
        if &bytes[MAGIC.len()..HEADER] != version {
            let mut found = [0; 4];
            found.copy_from_slice(&bytes[MAGIC.len()..HEADER]);
            return Err(refused(u32::from_le_bytes(found), VERSION));
        }
        Ok(Self { bytes, at: HEADER })
    }

    /// Where the next frame would start: after the last whole one, when there are no more.
    pub(crate) fn end(&self) -> usize {
        self.at
    }

    /// Whether a whole frame stands anywhere behind the next one, where that is none: then it was damaged after it was
    /// written, and is no end that was torn. True too where it takes too long to find out.
    pub(crate) fn follow(&self) -> bool {
        let mut summed = 0;
        let starts = self.at + 1..self.bytes.len();
        starts.into_iter().any(|at| match frame(&self.bytes[at..]) {
            Ok(_) => true,
            Err(read) => {
                summed += read;
                summed > MOST_SUMMED
            }
        })
    }
}

/// Why a program that reads one version does not read another.
fn refused(found: u32, read: u32) -> JournalError {
    match found {
        // Versions count from 1.
        0 => JournalError::NoJournal,
        _ if found < read => JournalError::Older { found },
        _ => JournalError::Newer { found },
    }
}

/// The payload of the frame that `bytes` start with; else how many bytes had to be summed to know that there is none.
fn frame(bytes: &[u8]) -> Result<&[u8], usize> {
    let (head, rest) = bytes.split_at_checked(OVERHEAD).ok_or(0_usize)?;
    let [a, b, c, d, sum @ ..] = head else {
        return Err(0);
    };
    let length = [*a, *b, *c, *d];
    let payload = usize::try_from(u32::from_le_bytes(length)).map_err(|_| 0_usize)?;
    // Nothing is written as an empty record: a page of zeros is none.
    if payload == 0 || payload > LONGEST {
        return Err(0);
    }
    let payload = rest.get(..payload).ok_or(0_usize)?;
    if checksum(length, payload) == sum {
        Ok(payload)
    } else {
        Err(payload.len())
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let payload = frame(&self.bytes[self.at..]).ok()?;
        self.at += OVERHEAD + payload.len();
        Some(payload)
    }
}

#[cfg(test)]
mod tests {
    use super::{Frames, HEADER, append, append_within, header, refused};
    use crate::journal::JournalError;
    use crate::task::BoxError;

    fn journal(payloads: &[&[u8]]) -> Vec<u8> {
        let mut bytes = header().to_vec();
        for payload in payloads {
            append(&mut bytes, |to| {
                to.extend_from_slice(payload);
                Ok::<(), BoxError>(())
            })
            .unwrap();
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Vec<Vec<u8>>, JournalError> {
        Ok(Frames::new(bytes)?.map(<[u8]>::to_vec).collect())
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = journal(&[b"one", b"two", &[0; 5000]]);
        let read = read(&bytes).unwrap();
        assert_eq!(read, [b"one".to_vec(), b"two".to_vec(), vec![0; 5000]]);
        let mut frames = Frames::new(&bytes).unwrap();
        assert_eq!(frames.by_ref().count(), 3);
        assert_eq!(frames.end(), bytes.len());
    }

    #[test]
    fn a_payload_that_cannot_be_written_leaves_nothing() {
        let mut bytes = journal(&[b"one"]);
        let before = bytes.clone();
        let failed = append(&mut bytes, |to| {
            to.push(7);
            Err("no")
        });
        assert_eq!(failed.unwrap_err().to_string(), "no");
        assert_eq!(bytes, before);
        let long = |to: &mut Vec<u8>| {
            to.extend([7; 11]);
            Ok::<(), BoxError>(())
        };
        let failed = append_within(10, &mut bytes, long);
        assert_eq!(
            failed.unwrap_err().to_string(),
            "a record has 11 bytes, more than 10"
        );
        assert_eq!(bytes, before);
        append_within(11, &mut bytes, long).unwrap();
        assert_eq!(bytes.len(), before.len() + 8 + 11);
    }

    #[test]
    fn other_files_and_journals_of_other_versions_are_errors() {
        assert!(matches!(
            read(b"flow jourmal\x01\0\0\0"),
            Err(JournalError::NoJournal)
        ));
        assert!(matches!(read(b"PK"), Err(JournalError::NoJournal)));
        assert!(matches!(
            read(b"flow journal\0\0\0\0"),
            Err(JournalError::NoJournal)
        ));
        assert!(matches!(
            read(b"flow journal\x02\0\0\0rest"),
            Err(JournalError::Newer { found: 2 })
        ));
        let older = refused(2, 3);
        assert!(matches!(older, JournalError::Older { found: 2 }));
        assert_eq!(
            older.to_string(),
            "it has version 2, which this program does not read any more"
        );
        assert!(matches!(refused(4, 3), JournalError::Newer { found: 4 }));
        for nothing in [&b"flow jou"[..], &[0; HEADER], &[0; 5000]] {
            assert_eq!(read(nothing).unwrap(), Vec::<Vec<u8>>::new());
        }
    }

    #[test]
    fn at_every_length_the_whole_records_are_read() {
        let payloads: Vec<Vec<u8>> = (0..20_u8).map(|n| vec![n; usize::from(n) * 7 + 1]).collect();
        let bytes = journal(&payloads.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let mut ends = vec![HEADER];
        for payload in &payloads {
            ends.push(ends[ends.len() - 1] + 8 + payload.len());
        }
        for length in 0..=bytes.len() {
            let whole = ends
                .iter()
                .filter(|end| **end <= length)
                .count()
                .saturating_sub(1);
            assert_eq!(read(&bytes[..length]).unwrap(), payloads[..whole], "{length}");
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let payloads: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n.wrapping_mul(37); 95]).collect();
        let bytes = journal(&payloads.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert!(bytes.len() >= 4096);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Never a wrong record: an error, or the records before the flipped bit.
            if let Ok(read) = read(&flipped) {
                assert!(bit / 8 >= HEADER, "bit {bit} of the header");
                let whole = (bit / 8 - HEADER) / (95 + 8);
                assert_eq!(read, payloads[..whole], "bit {bit}");
                let mut frames = Frames::new(&flipped).unwrap();
                frames.by_ref().for_each(drop);
                assert_eq!(frames.follow(), whole + 1 < payloads.len(), "bit {bit}");
            }
        }
    }
}
