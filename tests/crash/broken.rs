//! The negative control: the same twelve steps one after the other, committed by the checkpoint layer (`careful`),
//! by one whose store tears files (`torn`), and by none that keeps the order of file and record (`unordered`).
//!
//! The harness must catch the last two, and must not catch the first.

use std::any::Any;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use flow_runtime::checkpoint::{
    ArgumentDigest, Checkpoints, Codec, Commit, Content, Identity, Progress, Record, VERSION,
};
use flow_runtime::store::{Blocking, BlockingStore, LocalStore, Stat, StoreError, StorePath, wait};
use flow_runtime::{Digest, Fingerprint};

use crate::steps::{self, Row};

/// How results are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Careful,
    Torn,
    Unordered,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "careful" => Ok(Self::Careful),
            "torn" => Ok(Self::Torn),
            "unordered" => Ok(Self::Unordered),
            other => Err(format!("no mode: {other}")),
        }
    }
}

/// Runs all steps on the store.
pub(crate) fn run(mode: Mode, store: &str, salt: u64) -> Result<(), Box<dyn Error>> {
    let local = LocalStore::new(store);
    let checkpoints = Checkpoints::new(match mode {
        Mode::Torn => Arc::new(Blocking::new(Torn {
            inner: local,
            root: store.into(),
        })),
        Mode::Careful | Mode::Unordered => Arc::new(Blocking::new(local)),
    });
    let sequence = Sequence {
        mode,
        checkpoints,
        salt,
    };
    let number = Codec::text::<u64, _>();
    let table = Codec::json::<Vec<Row>>();
    let seed: u64 = sequence.step("seed", "seed.txt", number, || steps::seed(salt))?;
    let mut totals = Vec::new();
    let mut blobs = Vec::new();
    for part in 1..=3 {
        let name = |kind: &str| format!("{kind}_{part}");
        let rows: Vec<Row> =
            sequence.step(&name("rows"), &format!("tables/rows_{part}.json"), table, || {
                steps::rows(seed, part)
            })?;
        let blob = || steps::blob(&rows, part);
        blobs.push(sequence.step(
            &name("blob"),
            &format!("blob_{part}.bin"),
            Codec::bytes::<Vec<u8>>(),
            blob,
        )?);
        let total = || wait(steps::total(&rows, part));
        totals.push(sequence.step(&name("total"), &format!("totals/total_{part}.txt"), number, total)?);
    }
    let gather = || steps::gather(totals[0], totals[1], totals[2]);
    let gathered: Vec<u64> = sequence.step("gathered", "gather.json", Codec::json::<Vec<u64>>(), gather)?;
    let report = || steps::report(&gathered, &blobs[1]);
    sequence.step("report", "report.txt", Codec::text::<String, _>(), report)?;
    Ok(())
}

struct Sequence {
    mode: Mode,
    checkpoints: Checkpoints,
    salt: u64,
}

impl Sequence {
    /// The result of a step: read where its checkpoint may be reused, else made and committed.
    fn step<T: Clone + Send + Sync + 'static>(
        &self,
        node: &str,
        path: &str,
        codec: Codec,
        body: impl FnOnce() -> T,
    ) -> Result<T, Box<dyn Error>> {
        let path = StorePath::new(path)?;
        let identity = self.identity(node, codec);
        let verdict = wait(self.checkpoints.look(&path, &identity, false))?;
        if let flow_runtime::checkpoint::Verdict::Reuse(reuse) = &verdict {
            steps::log(&format!("end {node} Cached {verdict}"));
            let value: Box<dyn Any + Send + Sync> =
                wait(self.checkpoints.load(&path, &codec, Some(reuse.digest.into())))?;
            return Ok(value
                .downcast_ref::<T>()
                .ok_or("a value of another type")?
                .clone());
        }
        let value = body();
        let bytes = (codec.encode)(&value)?;
        if self.mode == Mode::Unordered {
            self.record_before_file(node, &path, &bytes, identity)?;
        } else {
            let (run_id, at) = ("a run", jiff::Timestamp::now());
            let commit = Commit {
                path: &path,
                content: Content::Bytes(&bytes),
                identity: &identity,
                run_id,
                flow: "killed",
                node,
                at,
            };
            wait(self.checkpoints.commit(commit))?;
        }
        steps::log(&format!("end {node} Success "));
        Ok(value)
    }

    fn identity(&self, node: &str, codec: Codec) -> Identity {
        let salt = ArgumentDigest {
            name: "salt".to_owned(),
            digest: Some(Digest::of(&self.salt.to_le_bytes())),
            from: self.salt.to_string(),
        };
        Identity {
            task: node.to_owned(),
            version: String::new(),
            output_type: (codec.type_name)().to_owned(),
            codec: codec.name.to_owned(),
            body: Fingerprint::from_bytes([0; 32]),
            arguments: vec![salt],
        }
    }

    /// What the checkpoint layer must never do: say that a file is there before it is.
    fn record_before_file(
        &self,
        node: &str,
        path: &StorePath,
        bytes: &[u8],
        identity: Identity,
    ) -> Result<(), Box<dyn Error>> {
        let record = Record {
            version: VERSION,
            state: Progress::Committed,
            path: path.clone(),
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
            modified: None,
            identity,
            run_id: "a run".to_owned(),
            flow: "killed".to_owned(),
            node: node.to_owned(),
            committed: jiff::Timestamp::now(),
            previous: None,
        };
        let store = self.checkpoints.store();
        wait(store.put(&Record::place(path)?, &record.encode()))?;
        sleep(Duration::from_micros(300));
        wait(store.put(path, bytes))?;
        Ok(())
    }
}

/// A local store that writes targets in place, in two halves.
#[derive(Debug)]
struct Torn {
    inner: LocalStore,
    root: PathBuf,
}

impl BlockingStore for Torn {
    fn get(&self, path: &StorePath) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(path)
    }

    fn stat(&self, path: &StorePath) -> Result<Option<Stat>, StoreError> {
        self.inner.stat(path)
    }

    fn put(&self, path: &StorePath, bytes: &[u8]) -> Result<Stat, StoreError> {
        // The record is written as it should be: only the torn file is to be caught.
        let written = self.inner.put(path, bytes)?;
        if path.as_str().starts_with(".flow/") {
            return Ok(written);
        }
        let in_place = || {
            let mut file = fs::File::create(self.root.join(path.as_str()))?;
            let (first, second) = bytes.split_at(bytes.len() / 2);
            file.write_all(first)?;
            sleep(Duration::from_micros(300));
            file.write_all(second)
        };
        if let Err(error) = in_place() {
            eprintln!("{path}: {error}");
        }
        Ok(self.inner.stat(path)?.unwrap_or(written))
    }

    fn put_if_absent(&self, path: &StorePath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.inner.put_if_absent(path, bytes)
    }

    fn list(&self, below: Option<&StorePath>) -> Result<Vec<StorePath>, StoreError> {
        self.inner.list(below)
    }

    fn delete(&self, path: &StorePath) -> Result<bool, StoreError> {
        self.inner.delete(path)
    }

    fn show(&self, path: &StorePath) -> String {
        self.inner.show(path)
    }
}
