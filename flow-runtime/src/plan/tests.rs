//! The plan's tables: every rule over every mixture of upstream states, and what follows an attempt.

use core::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{
    AttemptEnd, Decision, Next, Tolerance, Tries, Trigger, UpstreamState, Wanted, after, conclude, decide,
    decide_choice, instead,
};
use crate::spec::{Backoff, Rules};
use crate::state::StateType::{
    self, Cached, Cancelled, Failed, Paused, Pending, Retrying, Running, Skipped, Success, TimedOut,
    TriggerFailed,
};

fn upstream(states: &[StateType]) -> Vec<UpstreamState> {
    states
        .iter()
        .map(|state| UpstreamState::new("a", *state))
        .collect()
}

const TRIGGERS: [Trigger; 6] = [
    Trigger::AllSuccessful,
    Trigger::NotAllSkipped,
    Trigger::AllFailed,
    Trigger::AnySuccessful,
    Trigger::AnyFailed,
    Trigger::AllFinished,
];

/// The mixtures of Success, Failed, sKipped and Cancelled upstream.
const MIXTURES: [&str; 16] = [
    "", "S", "F", "K", "C", "SF", "SK", "SC", "FK", "FC", "KC", "SFK", "SFC", "SKC", "FKC", "SFKC",
];

#[rustfmt::skip]
/// What each rule makes of each mixture: Run, TriggerFailed, sKipped, Cancelled. Under each line, with
/// `skip_on_upstream_skip = false`.
const ANSWERS: [(&str, &str); 6] = [
    //_  S  F  K  C  SF SK SC FK FC KC ...
    ("R  R  T  K  C  T  K  C  T  T  C  T   T   C   T   T", "R  R  T  R  C  T  R  C  T  T  C  T   T   C   T   T"),
    ("R  R  T  K  C  T  K  C  T  T  C  T   T   C   T   T", "R  R  T  K  C  T  R  C  T  T  C  T   T   C   T   T"),
    ("R  T  R  K  T  T  K  T  T  T  K  T   T   K   T   T", "R  T  R  T  T  T  T  T  T  T  T  T   T   T   T   T"),
    ("R  R  T  K  T  R  K  R  R  T  K  R   R   K   R   R", "R  R  T  R  T  R  R  R  R  T  R  R   R   R   R   R"),
    ("R  T  R  K  T  R  K  T  R  R  K  R   R   K   R   R", "R  T  R  T  T  R  T  T  R  R  T  R   R   T   R   R"),
    ("R  R  R  K  R  R  K  R  R  R  K  R   R   K   R   R", "R  R  R  R  R  R  R  R  R  R  R  R   R   R   R   R"),
];

fn states_of(mixture: &str, with: &[(char, StateType)]) -> Vec<StateType> {
    let state = |letter| with.iter().find(|(name, _)| *name == letter).expect("a letter").1;
    mixture.chars().map(state).collect()
}

#[test]
fn every_trigger_over_every_mixture_of_upstream_states() {
    // Whatever kind of success or failure, and in whatever order.
    let letters = [
        [('S', Success), ('F', Failed), ('K', Skipped), ('C', Cancelled)],
        [('S', Cached), ('F', TimedOut), ('K', Skipped), ('C', Cancelled)],
        [
            ('S', Success),
            ('F', TriggerFailed),
            ('K', Skipped),
            ('C', Cancelled),
        ],
    ];
    let mut checked = 0;
    for (trigger, (skipping, not)) in TRIGGERS.into_iter().zip(ANSWERS) {
        for (skip_on_upstream_skip, answers) in [(true, skipping), (false, not)] {
            let rules = Rules {
                trigger,
                skip_on_upstream_skip,
                ..Rules::DEFAULT
            };
            assert_eq!(answers.split_whitespace().count(), MIXTURES.len());
            for (mixture, answer) in MIXTURES.into_iter().zip(answers.split_whitespace()) {
                let expected = answer_of(answer);
                for letters in &letters {
                    let mut states = states_of(mixture, letters);
                    for _ in 0..states.len().max(1) {
                        let decision = decide(&rules, &upstream(&states));
                        assert_eq!(
                            decision, expected,
                            "{trigger:?}, {skip_on_upstream_skip}, {states:?}"
                        );
                        checked += 1;
                        if !states.is_empty() {
                            states.rotate_left(1);
                        }
                    }
                }
            }
        }
    }
    assert_eq!(checked, 6 * 2 * 3 * 33, "every rotation of every mixture");
}

#[test]
fn an_arm_is_chosen_where_its_conditions_can_be_asked() {
    let letters = [('S', Success), ('F', Failed), ('K', Skipped), ('C', Cancelled)];
    let custom = Trigger::Custom {
        name: "mine",
        holds: |_| unreachable!("it is asked about the arm, and not before"),
    };
    for trigger in TRIGGERS.into_iter().chain([custom]) {
        // Under these two it has the values, under the others whatever became of them.
        let row = match trigger {
            Trigger::AllSuccessful | Trigger::NotAllSkipped => Trigger::AllSuccessful,
            _ => Trigger::AllFinished,
        };
        let answers = (TRIGGERS.into_iter().zip(ANSWERS))
            .find(|(of, _)| of.name() == row.name())
            .map(|(_, answers)| answers);
        let (skipping, not) = answers.expect("there is a row for it");
        for (skip_on_upstream_skip, answers) in [(true, skipping), (false, not)] {
            let rules = Rules {
                trigger,
                skip_on_upstream_skip,
                ..Rules::DEFAULT
            };
            for (mixture, answer) in MIXTURES.into_iter().zip(answers.split_whitespace()) {
                let decision = decide_choice(&rules, &upstream(&states_of(mixture, &letters)));
                assert_eq!(decision, answer_of(answer), "{trigger:?}, {mixture}");
            }
        }
    }
}

/// What a letter of [`ANSWERS`] stands for.
fn answer_of(letter: &str) -> Decision {
    match letter {
        "R" => Decision::Run,
        "T" => Decision::Finish(TriggerFailed),
        "K" => Decision::Finish(Skipped),
        _ => Decision::Finish(Cancelled),
    }
}

#[test]
fn a_node_waits_while_an_upstream_is_pending() {
    for trigger in TRIGGERS {
        let rules = Rules {
            trigger,
            ..Rules::DEFAULT
        };
        for pending in [Pending, Running, Retrying, Paused] {
            for other in [Success, Failed, Skipped, Cancelled] {
                assert_eq!(decide(&rules, &upstream(&[other, pending])), Decision::Wait);
                assert_eq!(decide(&rules, &upstream(&[pending, other])), Decision::Wait);
            }
        }
    }
}

/// The executor does not ask for the states of upstream that has a value, where the rules are the default ones.
#[test]
fn upstream_that_has_a_value_is_as_none() {
    for state in StateType::ALL.into_iter().filter(|state| state.has_value()) {
        assert_eq!(decide(&Rules::DEFAULT, &upstream(&[state])), Decision::Run);
        for other in StateType::ALL {
            let alone = decide(&Rules::DEFAULT, &upstream(&[other]));
            assert_eq!(decide(&Rules::DEFAULT, &upstream(&[state, other])), alone);
            assert_eq!(decide(&Rules::DEFAULT, &upstream(&[other, state])), alone);
        }
    }
}

#[test]
fn the_parameter_decides_its_edge() {
    let on = |tolerance| {
        [Success, Skipped, Failed, Cancelled].map(|state| {
            decide(
                &Rules::DEFAULT,
                &[UpstreamState::new("a", state).tolerated(tolerance)],
            )
        })
    };
    let (run, end) = (Decision::Run, Decision::Finish);
    assert_eq!(
        on(Tolerance::Nothing),
        [run, end(Skipped), end(TriggerFailed), end(Cancelled)]
    );
    assert_eq!(
        on(Tolerance::Skip),
        [run, run, end(TriggerFailed), end(Cancelled)]
    );
    assert_eq!(on(Tolerance::Failure), [run, run, run, run]);

    // What one parameter tolerates does not help another.
    let tolerated = UpstreamState::new("a", Failed).tolerated(Tolerance::Failure);
    assert_eq!(
        decide(&Rules::DEFAULT, &[tolerated, UpstreamState::new("b", Skipped)]),
        end(Skipped)
    );
    assert_eq!(
        decide(&Rules::DEFAULT, &[tolerated, UpstreamState::new("b", Failed)]),
        end(TriggerFailed)
    );

    // A rule about failures sees those that are tolerated too.
    let any_failed = Rules {
        trigger: Trigger::AnyFailed,
        ..Rules::DEFAULT
    };
    assert_eq!(decide(&any_failed, &[tolerated]), run);
    assert_eq!(
        decide(&any_failed, &[tolerated, UpstreamState::new("b", Skipped)]),
        run
    );
}

#[test]
fn a_rule_of_the_author_s_is_asked_where_there_is_upstream() {
    let rules = |holds| Rules {
        trigger: Trigger::Custom { name: "mine", holds },
        ..Rules::DEFAULT
    };
    let two_failed = rules(|states| {
        states
            .iter()
            .filter(|upstream| upstream.state.is_failed())
            .count()
            >= 2
    });
    assert_eq!(
        decide(&two_failed, &upstream(&[Failed, Success, TimedOut])),
        Decision::Run
    );
    assert_eq!(
        decide(&two_failed, &upstream(&[Failed, Success])),
        Decision::Finish(TriggerFailed)
    );
    assert_eq!(decide(&two_failed, &[]), Decision::Run);
    assert_eq!(
        decide(&rules(|_| true), &upstream(&[Skipped])),
        Decision::Finish(Skipped)
    );
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

/// A node driven through its attempts by the plan alone: each ends as told, at that second.
fn driven(rules: &Rules, ends: &[(i64, AttemptEnd)]) -> Vec<Next> {
    let mut tries = Tries::default();
    let mut seen = Vec::new();
    for (second, end) in ends {
        tries.attempts += 1;
        let next = after(rules, tries, *end, Wanted::All, at(*second), 0.5);
        seen.push(next);
        match next {
            Next::Retry { counted, .. } => tries.retries += u32::from(counted),
            Next::Finish(_) | Next::Rest(_) | Next::CutShort { .. } => break,
        }
    }
    seen
}

const FAILED: AttemptEnd = AttemptEnd::Failed { may_retry: true };

fn retry(second: i64) -> Next {
    Next::Retry {
        at: at(second),
        counted: true,
    }
}

/// A name, the rules, how each attempt ends at which second, and what follows each.
type Row<'a> = (&'a str, &'a Rules, &'a [(i64, AttemptEnd)], &'a [Next]);

#[test]
fn attempts_as_sequences() {
    let once = Rules::DEFAULT;
    let thrice = Rules {
        retries: 2,
        retry_delay: Duration::from_secs(10),
        ..Rules::DEFAULT
    };
    let doubling = Rules {
        retries: 4,
        retry_delay: Duration::from_secs(10),
        backoff: Backoff {
            factor: 2.0,
            max: Duration::from_secs(30),
            jitter: 0.0,
        },
        ..Rules::DEFAULT
    };
    let signal = |second, counted| AttemptEnd::Retry {
        at: at(second),
        counted,
    };
    let uncounted = |second| Next::Retry {
        at: at(second),
        counted: false,
    };
    #[rustfmt::skip]
    let table: &[Row<'_>] = &[
        ("success", &once, &[(1, AttemptEnd::Success)], &[Next::Finish(Success)]),
        ("cached", &once, &[(1, AttemptEnd::Cached)], &[Next::Finish(Cached)]),
        ("failure", &once, &[(1, FAILED)], &[Next::Finish(Failed)]),
        ("timeout", &once, &[(1, AttemptEnd::TimedOut)], &[Next::Finish(TimedOut)]),
        ("retry until success", &thrice, &[(1, FAILED), (12, AttemptEnd::Success)], &[retry(11), Next::Finish(Success)]),
        ("retries exhausted", &thrice, &[(0, FAILED), (10, FAILED), (20, FAILED)], &[retry(10), retry(20), Next::Finish(Failed)]),
        ("a timeout is repeated", &thrice, &[(0, AttemptEnd::TimedOut), (10, FAILED), (20, AttemptEnd::TimedOut)], &[retry(10), retry(20), Next::Finish(TimedOut)]),
        ("refused by retry_if", &thrice, &[(0, AttemptEnd::Failed { may_retry: false })], &[Next::Finish(Failed)]),
        ("backoff", &doubling, &[(0, FAILED), (10, FAILED), (30, FAILED), (60, FAILED), (90, FAILED)], &[retry(10), retry(30), retry(60), retry(90), Next::Finish(Failed)]),
        ("skip", &thrice, &[(0, AttemptEnd::Skipped)], &[Next::Finish(Skipped)]),
        ("fail", &thrice, &[(0, AttemptEnd::GivenUp)], &[Next::Finish(Failed)]),
        ("cancel", &thrice, &[(0, AttemptEnd::Cancelled)], &[Next::Finish(Cancelled)]),
        ("pause", &thrice, &[(0, AttemptEnd::Paused)], &[Next::Rest(Paused)]),
        ("a retry at a time is counted", &thrice, &[(0, signal(77, true)), (77, signal(99, true)), (99, signal(111, true))], &[retry(77), retry(99), Next::Finish(Failed)]),
        ("unless it says otherwise", &once, &[(0, signal(5, false)), (5, signal(6, false)), (6, AttemptEnd::Success)], &[uncounted(5), uncounted(6), Next::Finish(Success)]),
        ("both", &thrice, &[(0, signal(5, false)), (5, FAILED), (15, FAILED), (25, FAILED)], &[uncounted(5), retry(15), retry(25), Next::Finish(Failed)]),
    ];
    for (name, rules, ends, expected) in table {
        assert_eq!(driven(rules, ends), *expected, "{name}");
    }
}

#[test]
fn a_run_that_ends_repeats_nothing() {
    let rules = Rules {
        retries: 9,
        ..Rules::DEFAULT
    };
    let signal = AttemptEnd::Retry {
        at: at(1),
        counted: false,
    };
    let cut_short = |second, counted| Next::CutShort {
        at: at(second),
        counted,
    };
    let table = [
        (Wanted::Ending, AttemptEnd::Success, Next::Finish(Success)),
        (Wanted::Ending, FAILED, cut_short(0, true)),
        (Wanted::Ending, AttemptEnd::TimedOut, cut_short(0, true)),
        (Wanted::Ending, signal, cut_short(1, false)),
        (Wanted::Ending, AttemptEnd::GivenUp, Next::Finish(Failed)),
        (
            Wanted::Ending,
            AttemptEnd::Failed { may_retry: false },
            Next::Finish(Failed),
        ),
        (Wanted::Ending, AttemptEnd::Paused, Next::Finish(Cancelled)),
        (Wanted::Cancelling, AttemptEnd::Paused, Next::Finish(Cancelled)),
        (Wanted::Stopping, AttemptEnd::Paused, Next::Rest(Paused)),
        (Wanted::Cancelling, AttemptEnd::Success, Next::Finish(Success)),
        (Wanted::Cancelling, AttemptEnd::Skipped, Next::Finish(Skipped)),
        (Wanted::Cancelling, FAILED, Next::Finish(Cancelled)),
        (Wanted::Cancelling, AttemptEnd::TimedOut, Next::Finish(Cancelled)),
        (Wanted::Cancelling, signal, Next::Finish(Cancelled)),
        (Wanted::Stopping, AttemptEnd::Success, Next::Finish(Success)),
        (Wanted::Stopping, AttemptEnd::Cached, Next::Finish(Cached)),
        (Wanted::Stopping, FAILED, Next::Rest(Pending)),
        (Wanted::Stopping, AttemptEnd::TimedOut, Next::Rest(Pending)),
        (
            Wanted::Stopping,
            signal,
            Next::Retry {
                at: at(1),
                counted: false,
            },
        ),
        (Wanted::Stopping, AttemptEnd::GivenUp, Next::Finish(Failed)),
    ];
    for (wanted, end, expected) in table {
        let tries = Tries {
            attempts: 1,
            retries: 0,
        };
        assert_eq!(
            after(&rules, tries, end, wanted, at(0), 0.5),
            expected,
            "{wanted:?}, {end:?}"
        );
    }
}

/// How often a node's retries were used, what its body came to, the answers of its hooks, and what follows.
type Answered<'a> = (u32, AttemptEnd, &'a [AttemptEnd], Next);

/// A body's end, what hooks answer to it one after the other, and what follows.
#[test]
fn what_a_hook_answers_takes_the_place_of_what_it_was_asked_about() {
    use AttemptEnd::{Cancelled as Cancel, GivenUp, Paused as Pause, Skipped as Skip};

    let rules = Rules {
        retries: 1,
        ..Rules::DEFAULT
    };
    let again = |counted| AttemptEnd::Retry { at: at(5), counted };
    let repeated = |counted| Next::Retry { at: at(5), counted };
    let table: [Answered<'_>; 12] = [
        (0, AttemptEnd::Success, &[], Next::Finish(Success)),
        (0, AttemptEnd::Success, &[Skip], Next::Finish(Skipped)),
        (0, AttemptEnd::Success, &[GivenUp], Next::Finish(Failed)),
        (0, AttemptEnd::Success, &[again(true)], repeated(true)),
        (1, AttemptEnd::Success, &[again(true)], Next::Finish(Failed)),
        (1, AttemptEnd::Success, &[again(false)], repeated(false)),
        (0, FAILED, &[AttemptEnd::Success], Next::Finish(Success)),
        (0, FAILED, &[GivenUp], Next::Finish(Failed)),
        (0, FAILED, &[Skip, AttemptEnd::Success], Next::Finish(Success)),
        (0, AttemptEnd::TimedOut, &[Pause], Next::Rest(Paused)),
        (0, Skip, &[Cancel], Next::Finish(Cancelled)),
        (0, Cancel, &[again(true), Skip], Next::Finish(Skipped)),
    ];
    for (retries, body, answers, expected) in table {
        let tries = Tries {
            attempts: retries + 1,
            retries,
        };
        let end = answers.last().copied().unwrap_or(body);
        let next = after(&rules, tries, end, Wanted::All, at(0), 0.5);
        assert_eq!(next, expected, "{body:?}, {answers:?}");
    }
    // Where there was no attempt, none can be repeated.
    for (answer, expected) in [
        (AttemptEnd::Success, Some(Next::Finish(Success))),
        (Skip, Some(Next::Finish(Skipped))),
        (Cancel, Some(Next::Finish(Cancelled))),
        (GivenUp, Some(Next::Finish(Failed))),
        (Pause, Some(Next::Rest(Paused))),
        (again(true), None),
        (again(false), None),
    ] {
        assert_eq!(instead(answer, Wanted::All), expected, "{answer:?}");
    }
    assert_eq!(instead(Pause, Wanted::Ending), Some(Next::Finish(Cancelled)));
    assert_eq!(instead(Pause, Wanted::Stopping), Some(Next::Rest(Paused)));
}

#[test]
fn jitter_stays_within_its_part_and_every_delay_can_be_told() {
    let backoff = Backoff {
        factor: 3.0,
        max: Duration::from_secs(100),
        jitter: 0.2,
    };
    let delay = |retry, chance| {
        backoff
            .delay(Duration::from_secs(10), retry, chance)
            .as_secs_f64()
    };
    assert!((delay(1, 0.0) - 8.0).abs() < 1e-9 && (delay(1, 1.0) - 12.0).abs() < 1e-9);
    assert!((delay(2, 0.5) - 30.0).abs() < 1e-9);
    assert!((delay(u32::MAX, 1.0) - 100.0).abs() < 1e-9);
    let rules = Rules {
        retries: 1,
        retry_delay: Duration::MAX,
        ..Rules::DEFAULT
    };
    let next = after(
        &rules,
        Tries {
            attempts: 1,
            retries: 0,
        },
        FAILED,
        Wanted::All,
        at(0),
        0.5,
    );
    assert_eq!(
        next,
        Next::Retry {
            at: Timestamp::MAX,
            counted: true
        }
    );
}

#[test]
fn a_run_never_ends_while_a_node_is_pending() {
    for pending in [Pending, Running, Retrying, Paused] {
        assert_eq!(conclude([Failed, pending], [Failed], false), Pending);
        assert_eq!(conclude([Success, pending], [Success], false), Pending);
    }
}

#[test]
fn reference_nodes_decide_the_run() {
    assert_eq!(conclude([Failed, Success], [Success], false), Success);
    assert_eq!(conclude([Failed, Cancelled], [Cancelled, Failed], false), Failed);
    assert_eq!(conclude([Success, TimedOut], [TimedOut], false), Failed);
    assert_eq!(
        conclude([Success, Cancelled], [Cancelled, Success], false),
        Cancelled
    );
    assert_eq!(conclude([Skipped], [Skipped], false), Success);
    // What a failure cancels does not hide it, where that is why it was cancelled.
    assert_eq!(conclude([Failed, Cancelled], [Cancelled], false), Cancelled);
    assert_eq!(conclude([Failed, Cancelled], [Cancelled], true), Failed);
    assert_eq!(conclude([Failed, Success], [Success], true), Success);
    assert_eq!(conclude([Success, Cancelled], [Cancelled], true), Cancelled);
    assert_eq!(conclude([Failed, StateType::Paused], [Cancelled], true), Pending);
    assert_eq!(conclude([], [], false), Success);
}
