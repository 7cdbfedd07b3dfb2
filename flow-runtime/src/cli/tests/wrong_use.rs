//! Commands that are wrong: what they are told, and that nothing ran.

use super::{ONE, THREE, check, given};
use crate::cli::Exit::{Success, WrongUse};

#[test]
fn a_binary_without_flows_says_why() {
    check(&[
        (&[], &["list"], Success, &[], &["use the_crate as _;"]),
        (&[], &["run"], WrongUse, &[], &["use the_crate as _;"]),
        (&[], &["run", "nightly"], WrongUse, &[], &["use the_crate as _;"]),
        (
            &[],
            &["run", "--day", "x"],
            WrongUse,
            &[],
            &["use the_crate as _;"],
        ),
        (&[], &["graph"], WrongUse, &[], &["use the_crate as _;"]),
        (
            &[],
            &["graph", "nightly"],
            WrongUse,
            &[],
            &["use the_crate as _;"],
        ),
    ]);
}

#[test]
fn words_that_name_nothing_get_advice() {
    check(&[
        (
            ONE,
            &["grph"],
            WrongUse,
            &[],
            &["no command `grph`; did you mean `graph`?"],
        ),
        (
            ONE,
            &["nightly"],
            WrongUse,
            &[],
            &["did you mean `mine run nightly`?"],
        ),
        (
            ONE,
            &["frobnicate"],
            WrongUse,
            &[],
            &["the commands are `list`, `run`, `resume`, `slice`, `runs`, `status`, `gc` and `graph`"],
        ),
        (
            ONE,
            &["run", "nigtly"],
            WrongUse,
            &[],
            &["no flow `nigtly`; did you mean `nightly`?"],
        ),
        (
            ONE,
            &["run", "zzz"],
            WrongUse,
            &[],
            &["no flow `zzz`; the only flow is `nightly`"],
        ),
        (
            THREE,
            &["run", "weekly cleaning"],
            WrongUse,
            &[],
            &["did you mean `weekly`?"],
        ),
        (
            THREE,
            &["run", "zzz"],
            WrongUse,
            &[],
            &["name one of the flows: `plain::nightly`, `failing::nightly` or `weekly`"],
        ),
        (
            THREE,
            &["graph", "wekly"],
            WrongUse,
            &[],
            &["did you mean `weekly`?"],
        ),
        (THREE, &["run"], WrongUse, &[], &["name one of the flows"]),
        (
            THREE,
            &["run", "--day", "2026-01-01"],
            WrongUse,
            &[],
            &["name one of the flows"],
        ),
        (THREE, &["graph"], WrongUse, &[], &["name one of the flows"]),
        (
            THREE,
            &["run", "nightly"],
            WrongUse,
            &[],
            &["any of 2 flows", "  plain::nightly  (", "fixture.rs:"],
        ),
        (
            ONE,
            &["run", "--dey", "2026-01-01"],
            WrongUse,
            &[],
            &["'--dey'", "'--day'"],
        ),
        (
            ONE,
            &["graph", "--format", "svg"],
            WrongUse,
            &[],
            &["'svg'", "mermaid, dot"],
        ),
    ]);
}

#[test]
fn two_flows_of_one_path_cannot_be_told_apart_and_it_is_said() {
    check(&[(
        &["failing::weekly", "failing::weekly"],
        &["run", "weekly"],
        WrongUse,
        &[],
        &[
            "any of 2 flows",
            "failing::weekly  (",
            "give one of them another name",
        ],
    )]);
}

#[test]
fn parameters_that_are_wrong_are_all_named() {
    check(&[
        (
            ONE,
            &["run"],
            WrongUse,
            &[],
            &["flow `nightly` needs\n  --day <Date>  The day to report.\n"],
        ),
        (
            ONE,
            &[
                "run",
                "--limit",
                "-3",
                "--dry-run=maybe",
                "--param",
                "dya=1",
                "--param",
                "colour=1",
                "--param",
                "x",
            ],
            WrongUse,
            &[],
            &[
                "`--limit`: `-3` is not a `u32`: invalid digit",
                "`--dry-run`: `maybe` is not a `bool`",
                "no parameter `dya`; did you mean `day`?",
                "no parameter `colour`; it has `day`, `limit`",
                "`--param x` has no value: write `--param NAME=VALUE`",
                "flow `nightly` needs\n  --day <Date>",
            ],
        ),
        (
            ONE,
            &["run", "--day", "2026-01-02", "--param", "day=2026-01-03"],
            WrongUse,
            &[],
            &["`day` is given twice, by `--day` and by `--param day`"],
        ),
        (
            ONE,
            &["run", "--param", "day=2026-13-01"],
            WrongUse,
            &[],
            &["`--param day`: `2026-13-01` is not a `Date`"],
        ),
        (
            ONE,
            &["run", "--day", "2026-01-02", "--day", "2026-01-03"],
            WrongUse,
            &[],
            &["multiple times"],
        ),
    ]);
}

#[test]
fn a_panic_of_the_authors_code_before_the_run_is_wrong_use() {
    const READING: &[&str] = &["reading::read"];
    check(&[
        (
            READING,
            &["run", "--level", "low", "--mode=slow"],
            WrongUse,
            &[],
            &[
                "`--level`: `low` is not a `Level`: reading it panicked: levels are numbers",
                "`--mode`: `slow` is not a `Mode`: not JSON",
                "nor is '\"slow\"': unknown variant",
            ],
        ),
        (
            READING,
            &["run"],
            WrongUse,
            &[],
            &["a default of flow `read` panicked: levels are numbers"],
        ),
    ]);
}

#[test]
fn a_value_that_looks_like_an_option_is_joined_to_its_own() {
    let ended = given(&["greeting::greet"], &["run", "--who", "-xyz"]);
    assert_eq!(ended.exit, WrongUse, "{}", ended.err);
    assert!(
        ended
            .err
            .contains("to give '-xyz' as a value, write '--who=-xyz'"),
        "{}",
        ended.err
    );
    for words in [
        &["run", "--who", "-xyz"][..],
        &["run", "-x"],
        &["run", "--who=a", "--zzz"],
    ] {
        let ended = given(&["greeting::greet"], words);
        assert!(!ended.err.contains("use '--"), "{}", ended.err);
    }
}

#[test]
fn a_secret_that_is_given_itself_is_not_told_whatever_its_type_is_called() {
    let ended = given(&["calling::call"], &["run", "--token", "canary-0815-sings"]);
    assert_eq!(ended.exit, WrongUse, "{}", ended.err);
    let told =
        "`--token`: `***` is not a `Token`: a secret is not given itself: write `env:NAME` or `file:PATH`";
    assert!(ended.err.contains(told), "{}", ended.err);
    assert!(
        !ended.err.contains("0815") && !ended.out.contains("0815"),
        "{}",
        ended.err
    );
}

#[test]
fn options_that_are_wrong_run_nothing() {
    const NODES: &[&str] = &["run", "--day=2026-01-02", "--force=rows,reprot,zzzzz"];
    check(&[
        (
            ONE,
            &["run", "-j", "0"],
            WrongUse,
            &[],
            &["'0' for '--jobs <N>': a number from 1 up"],
        ),
        (
            ONE,
            &["run", "-j", "many"],
            WrongUse,
            &[],
            &["a number from 1 up"],
        ),
        (
            ONE,
            &["run", "--date", "yesterday"],
            WrongUse,
            &[],
            &[
                "a date such as 2026-11-23",
                "an RFC 3339 time such as 2026-11-23T09:00:00Z",
            ],
        ),
        (
            ONE,
            &["run", "--day=2026-01-02", "--tz", "Mars/X"],
            WrongUse,
            &[],
            &["`Mars/X` is not a time zone"],
        ),
        (
            ONE,
            NODES,
            WrongUse,
            &[],
            &[
                "no node `reprot`; did you mean `report`?",
                "no node `zzzzz`; its nodes are shown by `graph`",
            ],
        ),
        (
            ONE,
            &["run", "--day=2026-01-02", "--force="],
            WrongUse,
            &[],
            &["names no node"],
        ),
    ]);
}
