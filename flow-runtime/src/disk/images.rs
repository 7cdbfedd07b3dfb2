//! What a loss of power may leave of a disk.
//!
//! Sure is what was synced: of a file what it held then, of a directory the names that it had then. Of what came later
//! anything may be there: of each name some later meaning, whatever becomes of the other names; of each file its later
//! writes up to any of them, the next one whole, in half or as zeros. A file whose name is there may be empty.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::watch::Event;
use crate::digest::Digest;

/// Which promises of the disk are kept: a test that cannot tell a disk that lies has seen nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    Everything,
    /// It forgets the names that it was to keep.
    NoNames,
    /// It forgets the bytes that it was to keep.
    NoBytes,
}

/// A disk with all that it has been told.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk {
    files: Vec<History<Step>>,
    names: BTreeMap<PathBuf, History<Option<Entry>>>,
}

/// What has become of a thing, and how much of that is sure.
#[derive(Debug, Clone)]
struct History<T> {
    steps: Vec<T>,
    sure: usize,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            sure: 0,
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Write(Vec<u8>),
    Cut(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Directory,
    File(usize),
}

/// What is found after a loss of power: files with their bytes, directories without.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Image(BTreeMap<PathBuf, Option<Vec<u8>>>);

impl Disk {
    /// The disk after these events.
    pub(super) fn after(events: &[Event], keeps: Keeps) -> Self {
        let mut disk = Self::default();
        for event in events {
            disk.take(event, keeps);
        }
        disk
    }

    fn take(&mut self, event: &Event, keeps: Keeps) {
        match event {
            Event::MakeDirectory(path) => self.name(path, Some(Entry::Directory)),
            Event::Create(path) => {
                if let Some(Entry::File(file)) = self.entry(path) {
                    self.files[file].steps.push(Step::Cut(0));
                } else {
                    self.files.push(History::default());
                    self.name(path, Some(Entry::File(self.files.len() - 1)));
                }
            }
            Event::Write(path, bytes) => self.file(path).steps.push(Step::Write(bytes.clone())),
            Event::Cut(path, len) => {
                let len = usize::try_from(*len).expect("a small file");
                self.file(path).steps.push(Step::Cut(len));
            }
            Event::Sync(path) if keeps != Keeps::NoBytes => {
                let file = self.file(path);
                file.sure = file.steps.len();
            }
            Event::Rename(from, to) => {
                let entry = self.entry(from);
                self.name(from, None);
                self.name(to, entry);
            }
            Event::Link(from, to) => {
                let entry = self.entry(from);
                self.name(to, entry);
            }
            Event::Remove(path) => self.name(path, None),
            Event::RemoveTree(path) => {
                let below: Vec<PathBuf> = self
                    .names
                    .keys()
                    .filter(|name| name.starts_with(path))
                    .cloned()
                    .collect();
                for name in below {
                    self.name(&name, None);
                }
            }
            Event::SyncNames(path) if keeps != Keeps::NoNames => {
                for (name, history) in &mut self.names {
                    if name.parent() == Some(path) {
                        history.sure = history.steps.len();
                    }
                }
            }
            Event::SyncAll => {
                if keeps != Keeps::NoBytes {
                    self.files
                        .iter_mut()
                        .for_each(|file| file.sure = file.steps.len());
                }
                if keeps != Keeps::NoNames {
                    self.names
                        .values_mut()
                        .for_each(|name| name.sure = name.steps.len());
                }
            }
            Event::Sync(_) | Event::SyncNames(_) | Event::Told(_) => {}
        }
    }

    fn name(&mut self, path: &Path, entry: Option<Entry>) {
        self.names.entry(path.to_owned()).or_default().steps.push(entry);
    }

    fn entry(&self, path: &Path) -> Option<Entry> {
        *self.names.get(path)?.steps.last()?
    }

    fn file(&mut self, path: &Path) -> &mut History<Step> {
        match self.entry(path) {
            Some(Entry::File(file)) => &mut self.files[file],
            other => panic!("`{}` is written, and it is {other:?}", path.display()),
        }
    }

    /// What a process finds that goes on with this disk, without any loss of power.
    pub(super) fn as_it_is(&self) -> Image {
        self.image(&mut |options| options - 1)
    }

    /// What may be found after a loss of power: all of it where that is at most `most`, else the extremes and a sample,
    /// drawn with `random`.
    pub(super) fn images(&self, most: usize, random: &mut dyn FnMut(usize) -> usize) -> Vec<Image> {
        let mut options = Vec::new();
        self.image(&mut |choice| {
            options.push(choice);
            0
        });
        let all = options.iter().try_fold(1_usize, |product, choice| {
            product.checked_mul(*choice).filter(|all| *all <= most)
        });
        let mut images = HashSet::new();
        if let Some(all) = all {
            for number in 0..all {
                let mut rest = number;
                images.insert(self.image(&mut |choice| {
                    let chosen = rest % choice;
                    rest /= choice;
                    chosen
                }));
            }
        } else {
            images.insert(self.image(&mut |_| 0));
            images.insert(self.as_it_is());
            while images.len() < most && random(most) > 0 {
                images.insert(self.image(&mut |choice| random(choice)));
            }
        }
        images.into_iter().collect()
    }

    /// The image in which of each thing one of so many possibilities is chosen; the first is the least, the last is all.
    fn image(&self, choose: &mut dyn FnMut(usize) -> usize) -> Image {
        let mut contents: Vec<Option<Vec<u8>>> = vec![None; self.files.len()];
        let mut found: BTreeMap<PathBuf, Option<Vec<u8>>> = BTreeMap::new();
        for (path, history) in &self.names {
            // What is not there yet counts as one meaning of a name.
            let chosen = history.sure + choose(history.steps.len() - history.sure + 1);
            let entry = chosen.checked_sub(1).and_then(|step| history.steps[step]);
            // In the order of paths a directory comes before what is in it.
            let above = path.parent().filter(|above| !above.as_os_str().is_empty());
            let is_reachable = above.is_none_or(|above| found.get(above) == Some(&None));
            match entry {
                Some(Entry::Directory) if is_reachable => {
                    found.insert(path.clone(), None);
                }
                Some(Entry::File(file)) if is_reachable => {
                    let content = contents[file].get_or_insert_with(|| content(&self.files[file], choose));
                    found.insert(path.clone(), Some(content.clone()));
                }
                _ => {}
            }
        }
        Image(found)
    }
}

fn content(file: &History<Step>, choose: &mut dyn FnMut(usize) -> usize) -> Vec<u8> {
    let unsure = file.steps.len() - file.sure;
    // For each later write: without it, with half of it, with zeros in its place; and with all of them.
    let chosen = choose(3 * unsure + 1);
    let mut bytes = Vec::new();
    for step in &file.steps[..file.sure + chosen / 3] {
        apply(step, &mut bytes);
    }
    if let (Some(Step::Write(next)), half @ 1..) = (file.steps.get(file.sure + chosen / 3), chosen % 3) {
        match half {
            1 => bytes.extend(&next[..next.len() / 2]),
            _ => bytes.extend(next.iter().map(|_| 0)),
        }
    }
    bytes
}

fn apply(step: &Step, bytes: &mut Vec<u8>) {
    match step {
        Step::Write(more) => bytes.extend(more),
        Step::Cut(len) => bytes.truncate(*len),
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, bytes) in &self.0 {
            match bytes {
                None => writeln!(f, "{}/", path.display())?,
                Some(bytes) => writeln!(f, "{} ({} bytes)", path.display(), bytes.len())?,
            }
        }
        Ok(())
    }
}

impl Image {
    /// Makes the image a directory.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        for (path, bytes) in &self.0 {
            match bytes {
                None => fs::create_dir(root.join(path))?,
                Some(bytes) => fs::write(root.join(path), bytes)?,
            }
        }
        Ok(())
    }

    /// What tells it from others.
    pub(super) fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        for (path, content) in &self.0 {
            bytes.extend(path.as_os_str().as_encoded_bytes());
            bytes.push(0);
            if let Some(content) = content {
                bytes.extend(Digest::of(content).as_bytes());
            }
        }
        Digest::of(&bytes)
    }
}
