//! Journals: as bytes, and record by record with checksums that are right, so that what is in them is reached.

use std::time::Instant;

use flow_runtime::journal::JournalError;
use flow_runtime::journal::outside::{framed, payloads, read, written};
use flow_runtime::state::RunState;

use super::random::Random;
use super::{bytes, inputs, memory, seed};

const GOLDEN: &str = include_str!("../../flow-runtime/tests/golden/journal-v1.hex");
const WHOLE: &str = include_str!("../../flow-runtime/tests/golden/state-v1.0.json");

/// Bytes of memory for each byte of input, and beyond. Three letters of a table make a node, of a few hundred bytes.
const FACTOR: usize = 50;
const BEYOND: usize = 64 << 10;

fn golden() -> Vec<u8> {
    let hex: String = GOLDEN.lines().filter(|line| !line.starts_with('#')).collect();
    let pairs = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(|pair| byte(pair).expect("hexadecimal")).collect()
}

/// Journals to start from, as records: the golden one, and that of each node of the golden document.
fn seeds() -> Vec<Vec<Vec<u8>>> {
    let golden = payloads(&golden()).expect("a journal");
    let state = RunState::from_json(WHOLE).expect("a run state");
    let whole = payloads(&written(&state).expect("a document")).expect("a journal");
    // Head, table, opened, and one node for each place.
    let mut seeds = vec![golden, whole.clone()];
    let mut document: serde_json::Value = serde_json::from_str(WHOLE).expect("JSON");
    let nodes = document["nodes"].as_array().expect("nodes").clone();
    for node in nodes {
        document["nodes"] = serde_json::json!([node]);
        let one = RunState::from_json(document.to_string()).expect("a run state");
        let mut records = payloads(&written(&one).expect("a document")).expect("a journal");
        // What it was before, and that its body started.
        let node = records[3].clone();
        records.extend([
            b"\x81\xa1S\x82\xa1n\x00\xa1a\x02".to_vec(),
            b"\xa1X".to_vec(),
            node,
        ]);
        seeds.push(records);
    }
    seeds
}

/// Whatever is accepted writes and reads back to the same, as a journal and as a document.
pub(crate) fn check(journal: &[u8]) -> Result<RunState, JournalError> {
    let (state, short) = read(journal)?;
    let (again, shorter) = read(&short).expect("what it writes is read");
    assert_eq!(again, state);
    assert_eq!(shorter, short);
    let json = state.to_json();
    let read = RunState::from_json(&json).unwrap_or_else(|error| panic!("it cannot read {json}: {error}"));
    assert_eq!(read.to_json(), json);
    Ok(state)
}

/// Changes the records of a journal: their bytes, their order, how many there are.
fn mutate(records: &mut Vec<Vec<u8>>, others: &[Vec<u8>], random: &mut Random) {
    for _ in 0..=random.below(2) {
        let at = random.below(records.len());
        match random.below(10) {
            0 if records.len() > 1 => {
                records.remove(at);
            }
            1 => records.insert(at, records[at].clone()),
            2 => {
                let other = random.below(records.len());
                records.swap(at, other);
            }
            3 => records.insert(at, random.of(others).clone()),
            _ => bytes::mutate(&mut records[at], others, random),
        }
    }
}

#[test]
fn whatever_is_done_to_a_journal_it_is_an_error_or_means_what_it_says() {
    let _alone = memory::alone();
    let (seeds, seed) = (seeds(), seed());
    let records: Vec<Vec<u8>> = seeds.iter().flatten().cloned().collect();
    let whole: Vec<Vec<u8>> = seeds
        .iter()
        .map(|seed| framed(seed.iter().map(Vec::as_slice)))
        .collect();
    let began = Instant::now();
    let (mut accepted, mut largest) = (0, 0.0_f64);
    for input in 0..inputs() {
        let mut random = Random::new(seed.wrapping_add(input as u64));
        let pick = random.below(seeds.len());
        let journal = if input % 4 == 0 {
            let mut journal = whole[pick].clone();
            bytes::mutate(&mut journal, &whole, &mut random);
            journal
        } else {
            let mut journal = seeds[pick].clone();
            mutate(&mut journal, &records, &mut random);
            framed(journal.iter().map(Vec::as_slice))
        };
        let (read, most) = memory::most(|| read(&journal));
        let allowed = FACTOR * journal.len() + BEYOND;
        assert!(
            most <= allowed,
            "FLOW_SEED={seed}, input {input}: {most} bytes for {} of input, {allowed} are allowed",
            journal.len()
        );
        #[allow(clippy::cast_precision_loss, reason = "to be shown")]
        {
            largest = largest.max(most as f64 / journal.len().max(1) as f64);
        }
        if read.is_ok() {
            accepted += 1;
            if let Err(panic) = std::panic::catch_unwind(|| check(&journal)) {
                eprintln!("FLOW_SEED={seed}, input {input}: {journal:02x?}");
                std::panic::resume_unwind(panic);
            }
        }
    }
    println!(
        "{} inputs in {:.1?}: {accepted} accepted; at most {largest:.0} bytes of memory a byte",
        inputs(),
        began.elapsed()
    );
    assert!(
        accepted * 10 > inputs(),
        "too few are accepted to be of use: {accepted}"
    );
}
