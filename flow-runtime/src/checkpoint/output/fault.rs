//! [`OutputFault`]: what is wrong with the file that a body has returned.

use std::io;
use std::path::PathBuf;

/// Why a file that a body has returned is not its result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputFault {
    /// It is another node's, another attempt's, or was never made by a body.
    #[error("`{}` is not the file that `Context::output` has given this attempt", .path.display())]
    Foreign {
        /// Where that file is.
        path: PathBuf,
    },
    /// The body has written nothing, or somewhere else.
    #[error("nothing was written to `{}`", .path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// Something else is there.
    #[error("`{}` is {what}, not a file", .path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What is there, with an article.
        what: &'static str,
    },
    /// A program that the body has started has not come to its end.
    #[error("`{}` changed while it was read: something still writes to it", .path.display())]
    Changing {
        /// The file.
        path: PathBuf,
    },
    /// The operating system does not let it be read.
    #[error("`{}` cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

impl OutputFault {
    /// What to do now, as a clause that can follow `to go on: `.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => {
                "return the file that `cx.output()` gives in this attempt, and write or copy what is wanted there"
            }
            Self::Missing { .. } | Self::NotAFile { .. } => {
                "have the body write one file, at the `path()` of what it returns"
            }
            Self::Changing { .. } => {
                "have the body wait for every program that writes the file, before it returns"
            }
            Self::Unreadable { .. } => "see why it cannot be read, and run again",
        }
    }
}
