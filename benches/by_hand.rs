//! What one would write by hand to have records survive: a write each, a sync now and then, a database.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection;

/// One `write` for each record.
///
/// # Panics
///
/// If the disk fails.
pub fn writes(directory: &Path, records: usize, record: &[u8]) {
    let mut file = File::create(directory.join("log")).expect("a new file");
    for _ in 0..records {
        file.write_all(record).expect("room on the disk");
    }
}

/// The same, with an `fdatasync` after every so many.
///
/// # Panics
///
/// If the disk fails.
pub fn synced_writes(directory: &Path, records: usize, record: &[u8], every: usize) {
    let mut file = File::create(directory.join("log")).expect("a new file");
    for number in 1..=records {
        file.write_all(record).expect("room on the disk");
        if number.is_multiple_of(every) || number == records {
            file.sync_data().expect("the disk keeps it");
        }
    }
}

/// A transaction in SQLite for each record, in its WAL mode.
///
/// # Panics
///
/// If the database fails.
pub fn sqlite(directory: &Path, records: usize, record: &[u8], synchronous: &str) {
    let database = Connection::open(directory.join("log.sqlite")).expect("a new database");
    database
        .pragma_update(None, "journal_mode", "WAL")
        .expect("a mode");
    database
        .pragma_update(None, "synchronous", synchronous)
        .expect("a mode");
    database
        .execute_batch("CREATE TABLE IF NOT EXISTS log (node INTEGER, record BLOB)")
        .expect("a table");
    let mut insert = database
        .prepare("INSERT INTO log VALUES (?1, ?2)")
        .expect("a statement");
    for node in 0..records {
        let node = i64::try_from(node).expect("few records");
        insert.execute((node, record)).expect("room on the disk");
    }
}

/// A file for each result, written beside and renamed.
///
/// # Panics
///
/// If the disk fails.
pub fn files(directory: &Path, files: usize, bytes: &[u8]) {
    for number in 0..files {
        let (beside, file) = (directory.join("unfinished"), directory.join(format!("n{number}")));
        fs::write(&beside, bytes).expect("room on the disk");
        fs::rename(beside, file).expect("the same directory");
    }
}
