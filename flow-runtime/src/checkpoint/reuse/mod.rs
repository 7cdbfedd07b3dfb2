//! Whether a checkpoint that is there may be reused: pure, from facts that others have gathered.
//!
//! The one place for the rules of reuse across runs; it reads no store and no clock.

mod words;

use super::record::{ArgumentDigest, Identity, Progress, Record};
use crate::digest::Digest;
use crate::spec::OnChange;

/// What was decided about a checkpoint, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is none.
    Missing,
    /// It is reused.
    Reuse(Reuse),
    /// Its record proves it stale, for all of these reasons.
    Stale(Vec<Staleness>),
}

/// Why a checkpoint is reused. `Display` gives it in words: `unchanged since run 0198c2a4; body edited since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reuse {
    /// What speaks for it.
    pub reason: ReuseReason,
    /// The digest of its bytes, for what depends on it.
    pub digest: Digest,
    /// The task's body is another than the one that made it.
    pub body_edited: bool,
}

impl Reuse {
    /// Whether nothing but the file itself speaks for it: it must decode.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.reason, ReuseReason::MadeByHand | ReuseReason::ChangedByHand)
    }
}

/// What speaks for a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReuseReason {
    /// Its record says that the same task made it of the same arguments.
    RecordMatches {
        /// The run that made it.
        run_id: String,
    },
    /// There is no record: somebody put the file there.
    MadeByHand,
    /// Its bytes are not those of its record: somebody changed the file.
    ChangedByHand,
    /// The run that made it died between the file and its record.
    CrashRecovered {
        /// That run.
        run_id: String,
    },
}

/// What proves a checkpoint stale.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Staleness {
    /// Another task made it.
    OtherTask {
        /// That task, as `module::function`.
        recorded: String,
    },
    /// The task has another version now.
    Version {
        /// The version that made it.
        recorded: String,
        /// The version now.
        now: String,
    },
    /// The task has another output type now.
    OutputType {
        /// The name of the type then.
        recorded: String,
    },
    /// The target has another format now.
    Format {
        /// The name of the codec then.
        recorded: String,
    },
    /// It was made of other arguments.
    Arguments(Vec<ArgumentChange>),
    /// This argument has no digest, now or then: nothing proves that it is the same.
    ArgumentWithoutDigest(String),
    /// The task's body is another than the one that made it, and the task says `on_change = rerun`.
    Body,
    /// It was asked for.
    Forced,
}

impl Verdict {
    /// What the verdict is for a task that says this of an edited body. What was made by hand no body has made.
    pub fn under(self, on_change: OnChange) -> Self {
        match self {
            Self::Reuse(reuse) if reuse.body_edited && on_change == OnChange::Rerun => {
                Self::Stale(vec![Staleness::Body])
            }
            verdict => verdict,
        }
    }
}

/// How an argument differs from the recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentChange {
    /// It has another value.
    Changed {
        /// Its name.
        name: String,
        /// Where it came from then, short.
        from: String,
        /// Where it comes from now, short.
        to: String,
    },
    /// The task did not have it then.
    Added(String),
    /// The task does not have it any more.
    Removed(String),
}

/// Decides about a checkpoint whose bytes have the digest `file`.
///
/// A record is believed only about the bytes that it names: others were put there by hand and count for themselves,
/// as does a file without a record. An intent is believed like a record when the bytes are its own; else what it was
/// about to replace is still there.
pub fn verdict(file: Option<Digest>, record: Option<&Record>, expected: &Identity) -> Verdict {
    let Some(digest) = file else {
        return Verdict::Missing;
    };
    let by_hand = |reason| {
        Verdict::Reuse(Reuse {
            reason,
            digest,
            body_edited: false,
        })
    };
    let Some(record) = record else {
        return by_hand(ReuseReason::MadeByHand);
    };
    let Some(record) = holding(record, digest) else {
        return by_hand(ReuseReason::ChangedByHand);
    };
    let staleness = staleness(&record.identity, expected);
    if !staleness.is_empty() {
        return Verdict::Stale(staleness);
    }
    let run_id = record.run_id.clone();
    let reason = match record.state {
        Progress::Intent => ReuseReason::CrashRecovered { run_id },
        Progress::Committed => ReuseReason::RecordMatches { run_id },
    };
    Verdict::Reuse(Reuse {
        reason,
        digest,
        body_edited: record.identity.body != expected.body,
    })
}

/// Decides about a checkpoint that is to be made again whatever its record says.
pub fn forced(exists: bool) -> Verdict {
    if exists {
        Verdict::Stale(vec![Staleness::Forced])
    } else {
        Verdict::Missing
    }
}

/// Of a record and, if it is an intent, the one before it: the one that speaks of these bytes.
pub(super) fn holding(record: &Record, digest: Digest) -> Option<&Record> {
    let previous = record
        .previous
        .as_deref()
        .filter(|_| record.state == Progress::Intent);
    [Some(record), previous]
        .into_iter()
        .flatten()
        .find(|record| record.digest == digest)
}

fn staleness(recorded: &Identity, expected: &Identity) -> Vec<Staleness> {
    if recorded.task != expected.task {
        // Nothing else about another task can be compared.
        return vec![Staleness::OtherTask {
            recorded: recorded.task.clone(),
        }];
    }
    let mut found = Vec::new();
    if recorded.version != expected.version {
        let (recorded, now) = (recorded.version.clone(), expected.version.clone());
        found.push(Staleness::Version { recorded, now });
    }
    if recorded.output_type != expected.output_type {
        found.push(Staleness::OutputType {
            recorded: recorded.output_type.clone(),
        });
    }
    if recorded.codec != expected.codec {
        found.push(Staleness::Format {
            recorded: recorded.codec.clone(),
        });
    }
    arguments(&recorded.arguments, &expected.arguments, &mut found);
    found
}

fn arguments(recorded: &[ArgumentDigest], expected: &[ArgumentDigest], found: &mut Vec<Staleness>) {
    let mut changes = Vec::new();
    let mut without_digest = Vec::new();
    for now in expected {
        let Some(then) = recorded.iter().find(|then| then.name == now.name) else {
            changes.push(ArgumentChange::Added(now.name.clone()));
            continue;
        };
        match (then.digest, now.digest) {
            (Some(then), Some(now)) if then == now => {}
            (Some(_), Some(_)) => changes.push(ArgumentChange::Changed {
                name: now.name.clone(),
                from: then.from.clone(),
                to: now.from.clone(),
            }),
            _ => without_digest.push(Staleness::ArgumentWithoutDigest(now.name.clone())),
        }
    }
    let is_gone = |then: &&ArgumentDigest| expected.iter().all(|now| now.name != then.name);
    changes.extend(
        recorded
            .iter()
            .filter(is_gone)
            .map(|then| ArgumentChange::Removed(then.name.clone())),
    );
    if !changes.is_empty() {
        found.push(Staleness::Arguments(changes));
    }
    found.append(&mut without_digest);
}

#[cfg(test)]
mod tests {
    use super::{OnChange, ReuseReason, Staleness, Verdict, forced, verdict};
    use crate::checkpoint::record::tests::{identity, record};
    use crate::checkpoint::{ArgumentDigest, Identity, Progress, Record};
    use crate::digest::{Digest, Fingerprint};

    const BYTES: &[u8] = b"bytes";

    /// The verdict on a file of `BYTES` whose record expects the usual, against a changed expectation.
    fn against(change: impl FnOnce(&mut Identity)) -> Verdict {
        let mut expected = identity();
        change(&mut expected);
        verdict(Some(Digest::of(BYTES)), Some(&record(BYTES)), &expected)
    }

    fn reason(verdict: &Verdict) -> &ReuseReason {
        match verdict {
            Verdict::Reuse(reuse) => &reuse.reason,
            other => panic!("expected a reuse: {other:?}"),
        }
    }

    #[test]
    fn no_file_is_missing_whatever_the_record_says() {
        assert_eq!(verdict(None, None, &identity()), Verdict::Missing);
        assert_eq!(verdict(None, Some(&record(BYTES)), &identity()), Verdict::Missing);
        assert_eq!(forced(false), Verdict::Missing);
    }

    #[test]
    fn the_same_task_with_the_same_arguments_is_reused() {
        let verdict = against(|_| {});
        assert_eq!(
            reason(&verdict),
            &ReuseReason::RecordMatches {
                run_id: "0198c2a4".to_owned()
            }
        );
        assert_eq!(verdict.to_string(), "unchanged since run 0198c2a4");
    }

    #[test]
    fn the_order_of_arguments_and_where_they_come_from_do_not_matter() {
        let verdict = against(|expected| {
            expected.arguments.reverse();
            expected.arguments[0].from = "another node".to_owned();
        });
        assert!(matches!(verdict, Verdict::Reuse(_)));
    }

    #[test]
    fn an_edited_body_is_reused_and_said() {
        let verdict = against(|expected| expected.body = Fingerprint::from_bytes([1; 32]));
        assert_eq!(
            verdict.to_string(),
            "unchanged since run 0198c2a4; body edited since"
        );
        assert_eq!(verdict.clone().under(OnChange::Reuse), verdict);
    }

    #[test]
    fn an_edited_body_makes_it_again_where_the_task_says_so() {
        let verdict = against(|expected| expected.body = Fingerprint::from_bytes([1; 32]));
        let verdict = verdict.under(OnChange::Rerun);
        assert_eq!(verdict, Verdict::Stale(vec![Staleness::Body]));
        assert_eq!(verdict.to_string(), "its body was edited");
        // A body that is the same, a file that no body has made, and what is stale anyway stay what they are.
        let same = against(|_| {});
        assert_eq!(same.clone().under(OnChange::Rerun), same);
        let by_hand = super::verdict(Some(Digest::of(BYTES)), None, &identity());
        assert_eq!(by_hand.clone().under(OnChange::Rerun), by_hand);
        let stale = against(|expected| expected.version = "2".to_owned());
        assert_eq!(stale.clone().under(OnChange::Rerun), stale);
    }

    #[test]
    fn a_file_without_a_record_was_made_by_hand_and_is_reused() {
        let verdict = verdict(Some(Digest::of(BYTES)), None, &identity());
        assert_eq!(reason(&verdict), &ReuseReason::MadeByHand);
        assert_eq!(verdict.to_string(), "its file was made by hand");
    }

    #[test]
    fn bytes_that_differ_from_the_record_count_for_themselves_whatever_made_the_recorded_ones() {
        let mut expected = identity();
        expected.task = "another::task".to_owned();
        for record in [
            record(b"recorded"),
            Record {
                state: Progress::Intent,
                ..record(b"recorded")
            },
        ] {
            let verdict = verdict(Some(Digest::of(BYTES)), Some(&record), &expected);
            assert_eq!(reason(&verdict), &ReuseReason::ChangedByHand);
            assert!(matches!(&verdict, Verdict::Reuse(reuse) if reuse.digest == Digest::of(BYTES)));
            assert_eq!(verdict.to_string(), "its file was changed by hand");
        }
    }

    #[test]
    fn what_the_record_proves_stale_is_stale_and_says_why() {
        type Change = fn(&mut Identity);
        let argument = |name: &str, value: &[u8], from: &str| ArgumentDigest {
            name: name.to_owned(),
            digest: Some(Digest::of(value)),
            from: from.to_owned(),
        };
        let table: [(Change, &str); 8] = [
            (
                |it| it.task = "weather::other".to_owned(),
                "task `weather::report::summarise` made it",
            ),
            (
                |it| it.version = "3".to_owned(),
                "version changed from `2` to `3`",
            ),
            (|it| it.version.clear(), "the task has no version now, it was `2`"),
            (
                |it| it.output_type = "String".to_owned(),
                "its type was `weather::report::Summary`",
            ),
            (|it| it.codec = "text".to_owned(), "its format was json"),
            (
                |it| it.arguments[0].digest = Some(Digest::of(b"x")),
                "argument `rows` changed",
            ),
            (|it| drop(it.arguments.remove(0)), "argument `rows` is gone"),
            (
                |it| it.arguments[0].digest = None,
                "argument `rows` has no digest to compare",
            ),
        ];
        for (change, expected) in table {
            let verdict = against(change);
            assert!(matches!(verdict, Verdict::Stale(_)), "{expected}");
            assert_eq!(verdict.to_string(), expected);
        }
        let verdict = against(|expected| {
            expected.version = "3".to_owned();
            expected.arguments[1] = argument("day", b"next", "2026-11-24");
            expected.arguments.push(argument("limit", b"10", "10"));
        });
        assert_eq!(
            verdict.to_string(),
            "version changed from `2` to `3`, argument `day` changed from `2026-11-23` to `2026-11-24`, argument \
             `limit` is new"
        );
        assert_eq!(forced(true).to_string(), "forced");
    }

    #[test]
    fn an_argument_without_digest_is_never_reused() {
        let mut recorded = record(BYTES);
        recorded.identity.arguments[0].digest = None;
        let mut expected = identity();
        for digest in [Some(Digest::of(b"rows")), None] {
            expected.arguments[0].digest = digest;
            let verdict = verdict(Some(recorded.digest), Some(&recorded), &expected);
            assert_eq!(verdict.to_string(), "argument `rows` has no digest to compare");
        }
    }

    #[test]
    fn an_intent_whose_bytes_are_there_is_a_finished_commit() {
        let intent = Record {
            state: Progress::Intent,
            ..record(BYTES)
        };
        let recovered = verdict(Some(intent.digest), Some(&intent), &identity());
        assert_eq!(
            reason(&recovered),
            &ReuseReason::CrashRecovered {
                run_id: "0198c2a4".to_owned()
            }
        );
        assert_eq!(
            recovered.to_string(),
            "finished by run 0198c2a4, which died right after"
        );
        // It proves staleness as a record does.
        let mut expected = identity();
        expected.version = "3".to_owned();
        assert!(matches!(
            verdict(Some(intent.digest), Some(&intent), &expected),
            Verdict::Stale(_)
        ));
    }

    #[test]
    fn an_intent_whose_bytes_are_not_there_leaves_the_record_before_it_in_force() {
        let previous = Record {
            run_id: "before".to_owned(),
            ..record(BYTES)
        };
        let intent = Record {
            state: Progress::Intent,
            previous: Some(Box::new(previous)),
            ..record(b"never written")
        };
        let verdict = verdict(Some(Digest::of(BYTES)), Some(&intent), &identity());
        assert_eq!(
            reason(&verdict),
            &ReuseReason::RecordMatches {
                run_id: "before".to_owned()
            }
        );
    }
}
