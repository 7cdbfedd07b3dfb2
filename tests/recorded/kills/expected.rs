//! What the targets of a run must hold, computed without the runtime.

use crate::mixed::{BYTES, PARTS, ROWS, Row, bytes, part, seed, sum, table};

/// The children that have targets.
const PIECES: [&str; 6] = [
    "pieces[0]",
    "pieces[1]",
    "pieces[2]",
    "pieces[3]",
    "pieces[4]",
    "pieces[5]",
];

/// A target of the flow.
pub(super) struct Target {
    pub(super) node: &'static str,
    /// Below the store.
    pub(super) path: String,
    content: Content,
}

enum Content {
    Bytes(Vec<u8>),
    Rows(Vec<Row>),
}

impl Target {
    /// Whether `bytes` are this value and all of it.
    pub(super) fn is_whole(&self, bytes: &[u8]) -> bool {
        match &self.content {
            Content::Bytes(expected) => bytes == expected,
            Content::Rows(rows) => serde_json::from_slice::<Vec<Row>>(bytes).is_ok_and(|read| read == *rows),
        }
    }
}

/// The targets of a run with this salt.
pub(super) fn targets(salt: u64) -> Vec<Target> {
    let seed = seed(salt);
    let rows = table(seed);
    let text = |text: String| Content::Bytes(text.into_bytes());
    let report = format!("{} {ROWS} {} {BYTES}\n", sum(&rows), seed % 7);
    let target = |node, path: &str, content| Target {
        node,
        path: path.to_owned(),
        content,
    };
    let pieces = (0..PARTS).map(|number| Target {
        node: PIECES[usize::try_from(number).expect("few")],
        path: format!("parts/{number}.txt"),
        content: text(part(number, seed).to_string()),
    });
    let mut targets: Vec<Target> = pieces.collect();
    targets.extend([
        target("seed", "seed.txt", text(seed.to_string())),
        target(
            "summed",
            &format!("sums/{}.txt", seed % 1000),
            text(sum(&rows).to_string()),
        ),
        target("blob", "blob.bin", Content::Bytes(bytes(&rows))),
        target("report", "report.txt", text(report)),
        target("copied", "tables/copied.json", Content::Rows(rows)),
    ]);
    targets
}
