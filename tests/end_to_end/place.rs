//! Where a test runs its flows: a store in a temporary directory, and what the tests ask of runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flow_runtime::digest::{Digest, Hasher, ShortDigest};
use flow_runtime::{Flow, IntoKey, Run, Runner, StateType};
use tempfile::TempDir;

/// What a test returns.
pub(crate) type Tested<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A store in a temporary directory; both go when it is dropped.
pub(crate) struct Place {
    root: PathBuf,
    directory: TempDir,
}

impl Place {
    /// A store that does not exist yet, in a directory that does.
    pub(crate) fn new() -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        Ok(Self {
            root: directory.path().join("store"),
            directory,
        })
    }

    /// The directory that the store is in.
    pub(crate) fn around(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A runner on this store.
    pub(crate) fn runner(&self) -> Runner {
        Runner::new().store(&self.root)
    }

    pub(crate) fn read(&self, file: &str) -> io::Result<String> {
        fs::read_to_string(self.root.join(file))
    }

    /// Writes a file as a person would.
    pub(crate) fn write(&self, file: &str, content: &str) -> io::Result<()> {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        fs::write(path, content)
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.root.join(file).exists()
    }

    /// The files of the store without its records, sorted, as paths below the root.
    pub(crate) fn files(&self) -> io::Result<Vec<String>> {
        let mut files = Vec::new();
        collect(&self.root, "", &mut files)?;
        files.retain(|file| !file.starts_with(".flow/"));
        files.sort();
        Ok(files)
    }

    /// The files that are still being written, or were when their process died.
    pub(crate) fn unfinished(&self) -> io::Result<Vec<String>> {
        let mut files = Vec::new();
        collect(&self.root.join(".flow/tmp"), "", &mut files)?;
        Ok(files)
    }
}

fn collect(directory: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The states of a run's nodes, in the order of their statements.
pub(crate) fn kinds<F: Flow>(run: &Run<F>) -> Vec<StateType> {
    run.nodes().map(|(_, state)| state.kind).collect()
}

/// Asserts a node's state and that its message holds all of `words`.
#[track_caller]
pub(crate) fn assert_says<F: Flow, Form, T>(
    run: &Run<F>,
    key: impl IntoKey<F, Form, T>,
    kind: StateType,
    words: &[&str],
) {
    let state = run.node_state(key);
    assert_eq!(state.kind, kind, "{run:?}");
    assert_holds(&state.message, words);
}

/// Asserts that a text for people holds all of `words`.
#[track_caller]
pub(crate) fn assert_holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

/// Asserts that a text for people holds none of `words`.
#[track_caller]
pub(crate) fn assert_lacks(text: &str, words: &[&str]) {
    for word in words {
        assert!(!text.contains(word), "`{word}` is in:\n{text}");
    }
}

/// How records write a result with these bytes: the digest of its file, and of the result as an argument.
pub(crate) fn digests(bytes: &str) -> [String; 2] {
    let file = Digest::of(bytes.as_bytes());
    let result = ShortDigest::from(file);
    let argument = Hasher::new("result").part("", result.as_bytes()).digest();
    [file.to_string(), argument.to_string()]
}
