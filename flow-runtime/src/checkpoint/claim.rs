//! Which node writes which path in one run: the second of two that meet is told before its body runs.
//!
//! Claims live as long as the run and know no store; what earlier runs left is a matter of reuse.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::store::StorePath;

/// The paths claimed in one run.
///
/// ```
/// use flow_runtime::checkpoint::Claims;
///
/// let claims = Claims::new();
/// claims.claim(&"a/x.txt".parse()?, "one")?;
/// let error = claims.claim(&"a/X.txt".parse()?, "two").unwrap_err();
/// assert!(error.to_string().starts_with("nodes `one` and `two` write `a/x.txt` and `a/X.txt`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Claims {
    /// By the case-folded path of a file, or of a directory that a claimed file is in.
    by_folded: Mutex<HashMap<String, Claim>>,
}

#[derive(Debug)]
enum Claim {
    File {
        path: StorePath,
        node: String,
    },
    /// The first file that needs the directory.
    Directory {
        path: StorePath,
        node: String,
    },
}

impl Claims {
    /// No claims.
    pub fn new() -> Self {
        Self::default()
    }

    /// Claims a path for a node. A node may claim its own path again.
    ///
    /// # Errors
    /// [`ClaimError`] when another node has this path, one equal but for case, or one that cannot be beside it.
    pub fn claim(&self, path: &StorePath, node: &str) -> Result<(), ClaimError> {
        let folded = path.case_folded();
        // Nothing is left half done by a panic: each insertion is true by itself.
        let mut claims = self.by_folded.lock().unwrap_or_else(PoisonError::into_inner);
        let collide = |other_path: &StorePath, other_node: &str, collision| {
            Err(ClaimError {
                collision,
                first: (other_node.to_owned(), other_path.clone()),
                second: (node.to_owned(), path.clone()),
            })
        };
        // All is looked at before anything is claimed: a refused claim must not be in the way of others.
        let parents = || folded.match_indices('/').map(|(at, _)| &folded[..at]);
        for parent in parents() {
            if let Some(Claim::File {
                path: other,
                node: by,
            }) = claims.get(parent)
            {
                return collide(other, by, Collision::FileAndDirectory);
            }
        }
        match claims.get(&folded) {
            Some(Claim::File {
                path: other,
                node: by,
            }) if other == path && by == node => return Ok(()),
            Some(Claim::File {
                path: other,
                node: by,
            }) => {
                let same = if other == path {
                    Collision::Same
                } else {
                    Collision::SameButForCase
                };
                return collide(other, by, same);
            }
            Some(Claim::Directory {
                path: other,
                node: by,
            }) => {
                return collide(other, by, Collision::FileAndDirectory);
            }
            None => {}
        }
        for parent in parents() {
            let directory = || Claim::Directory {
                path: path.clone(),
                node: node.to_owned(),
            };
            claims.entry(parent.to_owned()).or_insert_with(directory);
        }
        claims.insert(
            folded,
            Claim::File {
                path: path.clone(),
                node: node.to_owned(),
            },
        );
        Ok(())
    }
}

/// Two nodes of a run whose targets cannot both be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimError {
    /// How they meet.
    pub collision: Collision,
    /// The node that came first, and its path.
    pub first: (String, StorePath),
    /// The node that is refused, and its path.
    pub second: (String, StorePath),
}

/// How two paths meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Collision {
    /// They are the same.
    Same,
    /// They are one file on systems where case does not count.
    SameButForCase,
    /// One is a directory of the other.
    FileAndDirectory,
}

impl ClaimError {
    /// What to do now.
    pub fn advice(&self) -> &'static str {
        "give the nodes different targets, for instance with `<node>` or an argument in them"
    }
}

impl std::fmt::Display for ClaimError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            collision,
            first: (first_node, first),
            second: (second_node, second),
        } = self;
        write!(f, "nodes `{first_node}` and `{second_node}` ")?;
        match collision {
            Collision::Same => write!(f, "both write `{first}`"),
            Collision::SameButForCase => {
                write!(
                    f,
                    "write `{first}` and `{second}`, one file where case does not count"
                )
            }
            Collision::FileAndDirectory => {
                write!(
                    f,
                    "write `{first}` and `{second}`, but nothing is a file and a directory at once"
                )
            }
        }
    }
}

impl std::error::Error for ClaimError {}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::{Claims, Collision};
    use crate::store::StorePath;

    fn path(path: &str) -> StorePath {
        StorePath::new(path).unwrap()
    }

    #[test]
    fn paths_that_meet_are_refused_for_the_second_node() {
        for (first, second, expected) in [
            ("a", "a", Some(Collision::Same)),
            ("a/b.txt", "a/b.txt", Some(Collision::Same)),
            ("a/b.txt", "a/B.TXT", Some(Collision::SameButForCase)),
            ("Ä/x", "ä/x", Some(Collision::SameButForCase)),
            ("a", "a/b", Some(Collision::FileAndDirectory)),
            ("a/b/c", "a/b", Some(Collision::FileAndDirectory)),
            ("a/b/c", "A", Some(Collision::FileAndDirectory)),
            ("a/b", "a/c", None),
            ("a/b", "A/c", None),
            ("a/b", "a-b", None),
            ("a", "a.txt", None),
        ] {
            let claims = Claims::new();
            claims.claim(&path(first), "one").unwrap();
            let collision = claims
                .claim(&path(second), "two")
                .err()
                .map(|error| error.collision);
            assert_eq!(collision, expected, "{first} {second}");
        }
    }

    #[test]
    fn an_error_names_both_nodes_and_both_paths() {
        let claims = Claims::new();
        claims.claim(&path("a/b"), "one").unwrap();
        let error = |second: &str| claims.claim(&path(second), "two").unwrap_err().to_string();
        assert_eq!(error("a/b"), "nodes `one` and `two` both write `a/b`");
        assert_eq!(
            error("a/B"),
            "nodes `one` and `two` write `a/b` and `a/B`, one file where case does not count"
        );
        assert_eq!(
            error("a/b/c"),
            "nodes `one` and `two` write `a/b` and `a/b/c`, but nothing is a file and a directory at once"
        );
        // A refused claim claims nothing.
        claims.claim(&path("A/C"), "three").unwrap();
        claims.claim(&path("a/b"), "one").unwrap();
    }

    #[test]
    fn of_many_threads_one_gets_the_path() {
        let claims = Claims::new();
        let won = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|node| {
                    let claims = &claims;
                    scope.spawn(move || claims.claim(&path("deep/er/x"), &node.to_string()).is_ok())
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .filter(|won| *won)
                .count()
        });
        assert_eq!(won, 1);
    }
}
