//! Results that bodies write to the disk themselves.

mod kept;
mod refused;
mod temporary;

use std::fs;
use std::io;
use std::path::PathBuf;

use flow_runtime::{Context, OutputFile, task};

use crate::place::Place;

#[task]
fn length(file: &OutputFile) -> io::Result<u64> {
    Ok(fs::metadata(file.path())?.len())
}

/// Writes `text` to a new file of the attempt.
fn written(cx: &Context, text: &str) -> io::Result<OutputFile> {
    let file = cx.output()?;
    fs::write(file.path(), text)?;
    Ok(file)
}

/// What lies in the directory of unfinished files.
fn unfinished(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.root().join(".flow/tmp"));
    let entries = entries.into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}
