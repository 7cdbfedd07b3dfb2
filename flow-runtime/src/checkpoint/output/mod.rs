//! [`OutputFile`]: a result that a body writes to the disk itself, and that nobody here holds in memory.
//!
//! What is known of such a file, and when it goes, is here; where it is made is [`Outputs`]', and where it is kept is decided as
//! for every other result.

mod fault;
mod made;

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use fault::OutputFault;
pub(crate) use made::{MadeBy, Outputs};

use crate::digest::Digest;
use crate::disk;
use crate::store::Scratch;

/// How records call the type of such a result, wherever it stands in this crate.
pub(crate) const TYPE_NAME: &str = "flow_runtime::OutputFile";

/// A file that a task's body writes itself, and returns as its result: a dump, a video, whatever is too large for memory.
///
/// [`Context::output`](crate::Context::output) gives it, as a path where nothing is yet; the body, or a program that it starts,
/// writes there. What it returns is kept by a rename, under the name that the task's target says, with any extension; without a
/// target it stays with the run. Whoever takes `&OutputFile` reads the file by its [`path`](Self::path).
///
/// ```
/// use std::{fs, io};
/// use flow_runtime::{Context, OutputFile, Runner, flow, task};
///
/// #[task(target = "<date>/dump.sql.zst")]
/// fn dump(cx: &Context) -> io::Result<OutputFile> {
///     let file = cx.output()?;
///     fs::write(file.path(), b"what a program writes that is started here")?;
///     Ok(file)
/// }
///
/// #[task]
/// fn size(dump: &OutputFile) -> io::Result<u64> {
///     Ok(fs::metadata(dump.path())?.len())
/// }
///
/// let run = Runner::in_memory().run(flow! { d = dump(); s = size(d); s })?;
/// assert_eq!(*run.output(), 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a run in memory, in one whose store lies elsewhere, and with `checkpoint = false`, it is a temporary file, which lives as
/// long as this value or one of its clones, at least as long as the run needs it. It is one file: a task that makes several packs
/// them into one, or is several tasks. The task's return type says `OutputFile` by this name: behind an alias no macro sees it.
#[derive(Clone)]
pub struct OutputFile(Arc<Inner>);

struct Inner {
    /// Where it was made, or is.
    place: PathBuf,
    /// Where it is since it was committed.
    committed: OnceLock<PathBuf>,
    measured: OnceLock<Measured>,
    /// Unset of a file that is not ours to remove.
    temporary: Option<Temporary>,
}

/// What goes with a file that nobody keeps.
struct Temporary {
    /// Its own: what a program leaves beside its output goes too.
    directory: PathBuf,
    made_by: Option<MadeBy>,
    /// Where that is; held as long as it is needed.
    scratch: Arc<Scratch>,
}

/// What was read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) digest: Digest,
    pub(crate) size: u64,
}

impl OutputFile {
    /// A file that is there and that is not removed: to test a task that takes one, and for
    /// [`Runner::given`](crate::Runner::given). A body cannot return it.
    ///
    /// ```
    /// # use flow_runtime::{OutputFile, task};
    /// # #[task]
    /// # fn size(dump: &OutputFile) -> std::io::Result<u64> { Ok(std::fs::metadata(dump.path())?.len()) }
    /// assert!(size(&OutputFile::existing("Cargo.toml")?)? > 100);
    /// assert!(OutputFile::existing("no such file").is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not there, or no file.
    pub fn existing(path: impl AsRef<Path>) -> io::Result<Self> {
        // Whatever becomes of the current directory.
        let place = std::path::absolute(path)?;
        let kind = fs::metadata(&place)?.file_type();
        if !kind.is_file() {
            let what = if kind.is_dir() {
                "a directory"
            } else {
                "no regular file"
            };
            let message = format!("`{}` is {what}", place.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        Ok(Self::at(place))
    }

    /// A file that somebody else keeps.
    pub(crate) fn at(place: PathBuf) -> Self {
        Self(Arc::new(Inner {
            place,
            committed: OnceLock::new(),
            measured: OnceLock::new(),
            temporary: None,
        }))
    }

    /// A file that is to be made in a directory of its own.
    fn new(directory: PathBuf, name: &str, made_by: Option<MadeBy>, scratch: Arc<Scratch>) -> Self {
        Self(Arc::new(Inner {
            place: directory.join(name),
            committed: OnceLock::new(),
            measured: OnceLock::new(),
            temporary: Some(Temporary {
                directory,
                made_by,
                scratch,
            }),
        }))
    }

    /// Where it is, absolute: where the body is to write it, and once it is kept, where others read it.
    pub fn path(&self) -> &Path {
        self.0.committed.get().unwrap_or(&self.0.place)
    }

    /// Whether this attempt has made it, of the run with this directory.
    pub(crate) fn is_made_by(&self, who: MadeBy, scratch: Option<&Arc<Scratch>>) -> bool {
        let (Some(temporary), Some(scratch)) = (&self.0.temporary, scratch) else {
            return false;
        };
        temporary.made_by == Some(who) && Arc::ptr_eq(&temporary.scratch, scratch)
    }

    /// That it is a file.
    ///
    /// # Errors
    ///
    /// What it is instead.
    pub(crate) fn check(&self) -> Result<(), OutputFault> {
        let path = || self.path().to_owned();
        let kind = match fs::symlink_metadata(self.path()) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(OutputFault::Missing { path: path() });
            }
            Err(source) => return Err(OutputFault::Unreadable { path: path(), source }),
        };
        let what = match kind {
            _ if kind.is_file() => return Ok(()),
            _ if kind.is_dir() => "a directory",
            _ if kind.is_symlink() => "a symbolic link",
            _ => "no regular file",
        };
        Err(OutputFault::NotAFile { path: path(), what })
    }

    /// Its digest and size; it is read once, piece by piece.
    ///
    /// # Errors
    ///
    /// If it is no file, cannot be read, or is still being written.
    pub(crate) fn measure(&self) -> Result<Measured, OutputFault> {
        if let Some(measured) = self.0.measured.get() {
            return Ok(*measured);
        }
        // One that was given may be reached by a link. Opening a pipe would wait for whoever writes to it.
        let is_given = self.0.temporary.is_none();
        if !is_given || !fs::metadata(self.path()).is_ok_and(|metadata| metadata.is_file()) {
            self.check()?;
        }
        let unreadable = |source| OutputFault::Unreadable {
            path: self.path().to_owned(),
            source,
        };
        let file = File::open(self.path()).map_err(unreadable)?;
        let measured = measured(&file, |file| Digest::of_reader(file)).map_err(unreadable)?;
        match measured {
            Some(measured) => Ok(*self.0.measured.get_or_init(|| measured)),
            None => Err(OutputFault::Changing {
                path: self.path().to_owned(),
            }),
        }
    }

    /// Whether it lies where it was committed.
    pub(crate) fn is_committed(&self) -> bool {
        self.0.committed.get().is_some()
    }

    /// It lies here from now on, and nobody removes it.
    pub(crate) fn settle(&self, place: PathBuf) {
        let _ = self.0.committed.set(place);
        if let Some(temporary) = &self.0.temporary {
            // What a program has left beside it.
            let _ = disk::remove_tree(&temporary.directory);
        }
    }
}

/// What `digest` reads of a file; `None` if that was written meanwhile.
fn measured(file: &File, digest: impl FnOnce(&File) -> io::Result<Digest>) -> io::Result<Option<Measured>> {
    let looks = |metadata: &Metadata| (metadata.len(), metadata.modified().ok());
    let before = looks(&file.metadata()?);
    let digest = digest(file)?;
    let after = looks(&file.metadata()?);
    let size = after.0;
    Ok((before == after).then_some(Measured { digest, size }))
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.as_ref().filter(|_| self.committed.get().is_none()) {
            // What cannot be removed now goes with the run.
            let _ = disk::remove_tree(&temporary.directory);
        }
    }
}

impl AsRef<Path> for OutputFile {
    fn as_ref(&self) -> &Path {
        self.path()
    }
}

impl fmt::Debug for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OutputFile").field(&self.path()).finish()
    }
}

/// What a task returns that writes its result itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `flow_runtime::OutputFile`, the one file that a task writes itself",
    label = "not one `flow_runtime::OutputFile`",
    note = "a task that makes several files packs them into one, or is several tasks; another type of this name is called otherwise"
)]
pub trait FileOutput: sealed::Sealed {}

impl FileOutput for OutputFile {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::OutputFile {}
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;

    use super::{OutputFault, OutputFile, Outputs, measured};
    use crate::checkpoint::MadeBy;
    use crate::digest::Digest;

    #[test]
    fn what_is_written_while_it_is_read_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("dump");
        std::fs::write(&path, "half").unwrap();
        let file = File::open(&path).unwrap();
        let whole = measured(&file, |file| Digest::of_reader(file)).unwrap().unwrap();
        assert_eq!((whole.digest, whole.size), (Digest::of(b"half"), 4));
        let appended = measured(&file, |file| {
            File::options()
                .append(true)
                .open(&path)?
                .write_all(b", and more")?;
            Digest::of_reader(file)
        });
        assert_eq!(appended.unwrap(), None);
        // The same length, later.
        let rewritten = measured(&file, |file| {
            let now = file.metadata()?.modified()?;
            let later = now + std::time::Duration::from_secs(1);
            File::options().write(true).open(&path)?.set_modified(later)?;
            Digest::of_reader(file)
        });
        assert_eq!(rewritten.unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let outputs = Outputs::default();
        let file = outputs
            .file(None, "dump", MadeBy { node: 0, attempt: 1 })
            .unwrap();
        let made = std::process::Command::new("mkfifo").arg(file.path()).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let fault = file.measure().unwrap_err();
        assert!(
            matches!(
                fault,
                OutputFault::NotAFile {
                    what: "no regular file",
                    ..
                }
            ),
            "{fault}"
        );
        assert!(OutputFile::existing(file.path()).is_err());
    }

    #[test]
    fn only_the_attempt_that_was_given_a_file_has_made_it() {
        let (outputs, other_run) = (Outputs::default(), Outputs::default());
        let made_by = MadeBy { node: 3, attempt: 2 };
        let file = outputs.file(None, "dump", made_by).unwrap();
        assert!(outputs.has_made(&file, made_by));
        assert!(!outputs.has_made(&file, MadeBy { node: 2, ..made_by }));
        assert!(!outputs.has_made(
            &file,
            MadeBy {
                attempt: 1,
                ..made_by
            }
        ));
        assert!(!other_run.has_made(&file, made_by));
        let _ = other_run.file(None, "dump", made_by).unwrap();
        assert!(!other_run.has_made(&file, made_by));
        assert!(!outputs.has_made(&OutputFile::at(file.path().to_owned()), made_by));
    }
}
