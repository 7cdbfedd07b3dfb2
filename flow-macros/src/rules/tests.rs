//! What the rules refuse, each on the token that is wrong.

use proc_macro2::TokenStream;

use super::{EXAMPLES, FOREIGN, Rules};
use crate::errors::Errors;
use crate::options::{Known, split_at_commas};

const KNOWN: Known = Known {
    taker: "a task",
    options: &EXAMPLES,
    others: &[
        ("upstream", "`upstream` stands in the call"),
        ("retry_if", "`retry_if` belongs on the task"),
    ],
    foreign: &FOREIGN,
};

fn read(options: &str) -> (Rules, Vec<(String, String)>) {
    let tokens: TokenStream = options.parse().expect("the test's options are tokens");
    let (mut rules, mut seen, mut errors) = (Rules::default(), Vec::new(), Errors::new());
    for tokens in split_at_commas(tokens) {
        let read = KNOWN.entry(tokens, &mut seen).and_then(|entry| match entry {
            Some(entry) => rules.read(&entry, KNOWN.example(&entry.option)).map(|_| ()),
            None => Ok(()),
        });
        if let Err(error) = read {
            errors.push(error);
        }
    }
    rules.check_task(&seen, &mut errors);
    let found = errors.finish().err().into_iter().flatten();
    let found = found.map(|error| (error.to_string(), error.span().source_text().unwrap_or_default()));
    (rules, found.collect())
}

#[test]
fn what_is_refused() {
    #[rustfmt::skip]
    let table = [
        ("retries = -1", "-1", "expected a whole number, found a negative one; write `retries = 3`"),
        ("retries = \"3\"", "\"3\"", "expected a whole number, found a string; write `retries = 3`"),
        ("retries = 5000000000", "5000000000", "`5000000000` is too many; at most 1073741824"),
        ("retries = 1, retries = 2", "retries", "`retries` is given twice; keep one"),
        ("retries", "retries", "`retries` needs a value; write `retries = 3`"),
        ("retrys = 3", "retrys", "unknown option `retrys`; did you mean `retries`?"),
        ("timeout = 5", "5", "expected a duration in quotes, found an integer; write `timeout = \"5m\"`"),
        ("timeout = \"5 parsecs\"", "\"5 parsecs\"", "`5 parsecs` is no duration; write hours, minutes, seconds and their parts, as `\"10s\"`, `\"1h 30m\"` or `\"250ms\"`"),
        ("timeout = \"-5s\"", "\"-5s\"", "`-5s` is negative, and a duration is not; write `\"5s\"`"),
        ("timeout = \"0s\"", "\"0s\"", "no attempt ends in no time; write a longer timeout, or leave it out"),
        ("retry_delay = \"1s\"", "retry_delay", "`retry_delay` without `retries` says nothing; add `retries = 3`, or leave it out"),
        ("backoff(factor = 2)", "backoff", "`backoff` without `retries` says nothing; add `retries = 3`, or leave it out"),
        ("retries = 1, backoff = 2", "=", "expected `(` after `backoff`; write `backoff(factor = 2, max = \"10m\", jitter = 0.1)`"),
        ("retries = 1, backoff(factor = 0.5)", "0.5", "a delay does not shrink; write a factor of at least 1"),
        ("retries = 1, backoff(jitter = 2)", "2", "jitter is a part of the delay; write a number from 0 to 1"),
        ("retries = 1, backoff(faktor = 2)", "faktor", "unknown option `faktor`; did you mean `factor`?"),
        ("trigger = \"all_failed\"", "\"all_failed\"", "a trigger is written without quotes; write `trigger = all_failed`"),
        ("trigger = all_finishd", "all_finishd", "unknown trigger `all_finishd`; did you mean `all_finished`? The triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::all_finishd`"),
        ("trigger = always_run", "always_run", "unknown trigger `always_run`; did you mean `all_finished`? The triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::always_run`"),
        ("trigger = |_| true", "| _ | true", "expected a trigger; the triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `path::to::function`"),
        ("skip_on_upstream_skip = no", "no", "expected `true` or `false`, found `no`; write `skip_on_upstream_skip = false`"),
        ("tags = \"db\"", "\"db\"", "expected a list of strings, found a string; write `tags = [\"db\"]`"),
        ("tags = [\"db\", \"db\"]", "\"db\"", "`db` is listed twice; keep one"),
        ("tags = [\"\"]", "\"\"", "a tag is a word that `Runner::at_most` names; write one"),
        ("on_state = \"tell\"", "\"tell\"", "a path is written without quotes; write `on_state = tell`"),
        ("on_failure = || ()", "|| ()", "expected the path of a hook; write `on_failure = path::to::hook`"),
        ("retries = 3u32", "3u32", "a number is written without its type here; write `retries = 3`"),
        ("retries = 3.0", "3.0", "expected a whole number, found a float; write `retries = 3`"),
        ("retry = 3", "retry", "unknown option `retry`; did you mean `retries`, as in `retries = 3`?"),
        ("retry_delay_seconds = 10", "retry_delay_seconds", "unknown option `retry_delay_seconds`; did you mean `retry_delay`, as in `retry_delay = \"10s\"`?"),
        ("depends_on = [a]", "depends_on", "unknown option `depends_on`; `upstream` stands in the call"),
        ("retry_on = f", "retry_on", "unknown option `retry_on`; `retry_if` belongs on the task"),
        ("retries = 0, retry_delay = \"1s\"", "retry_delay", "`retry_delay` says nothing beside `retries = 0`; write `retries = 3`, or leave one of them out"),
        ("retries = 0, backoff(factor = 2)", "backoff", "`backoff` says nothing beside `retries = 0`; write `retries = 3`, or leave one of them out"),
        ("retries = 1, backoff(factor = 2)", "backoff", "`backoff` without `retry_delay` says nothing, since a delay of nothing does not grow; add `retry_delay = \"10s\"`, or leave it out"),
        ("retries = 1, retry_delay = \"0s\", backoff(factor = 2)", "backoff", "`backoff` says nothing beside a `retry_delay` of nothing, which does not grow; write a longer delay, or leave one of them out"),
        ("retries = 1, retry_delay = \"90s\", backoff(max = \"1m\")", "retry_delay", "the first delay is longer than `max = \"1m\"`, and no delay is; write a shorter `retry_delay`, or a longer `max`"),
        ("retries = 1, retry_delay = \"1s\", backoff(factor = 1, max = \"1m\")", "backoff", "this `backoff` changes no delay; write a factor above 1, as `factor = 2`, or `jitter = 0.1`, or leave it out"),
        ("retries = 1, retry_delay = 1, backoff(factor = 2)", "1", "expected a duration in quotes, found an integer; write `retry_delay = \"10s\"`"),
        ("backoff()", "backoff", "`backoff` needs a value; write `backoff(factor = 2, max = \"10m\", jitter = 0.1)`"),
        ("backoff(,)", "backoff", "`backoff` needs a value; write `backoff(factor = 2, max = \"10m\", jitter = 0.1)`"),
        ("backoff(2.0, max = \"1h\")", "2.0", "expected an option such as `factor = 2.0`"),
        ("backoff(factor = 1e400)", "1e400", "`1e400` is more than a number holds; write one such as `factor = 2`"),
        ("backoff(factor = f64::NAN)", "f64::NAN", "expected a number, found `f64::NAN`; write `factor = 2`"),
        ("backoff(factor = 2f64)", "2f64", "a number is written without its type here; write `factor = 2`"),
        ("backoff(jitter = 1e400)", "1e400", "`1e400` is more than a number holds; write one such as `jitter = 0.1`"),
        ("backoff(jitter = -0.1)", "-0.1", "jitter is a part of the delay; write a number from 0 to 1"),
        ("backoff(max = 10)", "10", "expected a duration in quotes, found an integer; write `max = \"10m\"`"),
        ("backoff(max = \"1d\")", "\"1d\"", "`1d` counts in days or more, which are not all as long; write hours, as `\"24h\"`"),
        ("backoff(multiplier = 2)", "multiplier", "unknown option `multiplier`; did you mean `factor`, as in `factor = 2`?"),
        ("backoff(initial = \"1s\")", "initial", "the first delay stands beside `backoff`; write `retry_delay = \"10s\"`"),
        ("trigger = one_failed", "one_failed", "unknown trigger `one_failed`; did you mean `any_failed`? The triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::one_failed`"),
        ("trigger = all_success", "all_success", "unknown trigger `all_success`; did you mean `all_successful`? The triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::all_success`"),
        ("trigger = all_done", "all_done", "unknown trigger `all_done`; did you mean `all_finished`? The triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::all_done`"),
        ("trigger = manual_only", "manual_only", "there is no trigger `manual_only`; a body waits for somebody by `cx.pause(\"…\")`; the triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::manual_only`"),
        ("trigger = \"all_done\"", "\"all_done\"", "a trigger is written without quotes; write `trigger = all_finished`"),
        ("trigger = 3", "3", "expected a trigger, found an integer; the triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `path::to::function`"),
        ("tags = []", "tags", "`tags` names none, as a task without it does; write one, as `tags = [\"db\"]`, or leave it out"),
        ("tags = [\" db\"]", "\" db\"", "a tag has no blanks around it; write `\"db\"`"),
        ("tags = TAGS", "TAGS", "expected a list of strings, found `TAGS`; write `tags = [\"db\"]`"),
    ];
    for (options, token, message) in table {
        let (_, found) = read(options);
        let [(said, at)] = &found[..] else {
            panic!("`{options}`: not one error: {found:?}");
        };
        assert_eq!(said, message, "`{options}`");
        let plain = |text: &str| text.replace(' ', "");
        assert_eq!(plain(at), plain(token), "`{options}`");
    }
}

#[test]
fn what_is_taken() {
    let all = "retries = 3, retry_delay = \"1m 30s\", backoff(factor = 2, max = \"1h\", jitter = 0.1), \
               timeout = \"250ms\", trigger = mine::rule, skip_on_upstream_skip = false, tags = [\"db\"], \
               on_state = tell, on_failure = hooks::alert";
    let (rules, found) = read(all);
    assert_eq!(found, []);
    let written = rules.constant(&quote::quote!(base)).expect("rules are given");
    let written = written.to_string().replace(' ', "");
    let expected = "__flow::Rules{trigger:__flow::Trigger::Custom{name:\"mine::rule\",holds:mine::rule},\
        skip_on_upstream_skip:false,retries:3,retry_delay:::core::time::Duration::new(90,0),\
        backoff:__flow::Backoff{factor:2f64,max:::core::time::Duration::new(3600,0),jitter:0.1f64},\
        timeout:::core::option::Option::Some(::core::time::Duration::new(0,250000000)),tags:&[\"db\"],\
        on_state:::core::option::Option::Some(__flow::StateHook{name:\"tell\",call:|__node,__old,__new|\
        __flow::HookAnswer::answer(__flow::call_state_hook(tell,__node,__old,__new))}),\
        on_failure:::core::option::Option::Some(__flow::FailureHook{name:\"hooks::alert\",call:|__failed|\
        __flow::HookEnd::end(__flow::call_failure_hook(hooks::alert,__failed))}),..base}";
    assert_eq!(written, expected.replace(' ', ""));
    assert!(Rules::default().constant(&quote::quote!(base)).is_none());
}
