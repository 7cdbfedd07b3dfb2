//! What the rules refuse, each on the token that is wrong.

use proc_macro2::TokenStream;

use super::{EXAMPLES, Rules};
use crate::errors::Errors;
use crate::options::{Known, split_at_commas};

const KNOWN: Known = Known {
    taker: "a task",
    options: &EXAMPLES,
    others: &[],
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
    rules.check_task(&mut errors);
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
        ("retries = 5000000000", "5000000000", "`5000000000` is too many; at most 4294967295"),
        ("retries = 1, retries = 2", "retries", "`retries` is given twice; keep one"),
        ("retries", "retries", "`retries` needs a value; write `retries = 3`"),
        ("retrys = 3", "retrys", "unknown option `retrys`; did you mean `retries`?"),
        ("timeout = 5", "5", "expected a duration in quotes, found an integer; write `timeout = \"5m\"`"),
        ("timeout = \"5 parsecs\"", "\"5 parsecs\"", "`5 parsecs` is no duration; write hours, minutes, seconds and their parts, as `\"10s\"`, `\"1h 30m\"` or `\"250ms\"`"),
        ("timeout = \"-5s\"", "\"-5s\"", "a duration is not negative; leave the sign out"),
        ("timeout = \"0s\"", "\"0s\"", "no attempt ends in no time; write a longer timeout, or leave it out"),
        ("retry_delay = \"1s\"", "retry_delay", "`retry_delay` without `retries` says nothing; add `retries = 3`, or leave it out"),
        ("backoff(factor = 2)", "backoff", "`backoff` without `retries` says nothing; add `retries = 3`, or leave it out"),
        ("retries = 1, backoff = 2", "=", "expected `(` after `backoff`; write `backoff(factor = 2, max = \"10m\", jitter = 0.1)`"),
        ("retries = 1, backoff(factor = 0.5)", "0.5", "a delay does not shrink; write a factor of at least 1"),
        ("retries = 1, backoff(jitter = 2)", "2", "jitter is a part of the delay; write a number from 0 to 1"),
        ("retries = 1, backoff(faktor = 2)", "faktor", "unknown option `faktor`; did you mean `factor`?"),
        ("trigger = \"all_failed\"", "\"all_failed\"", "a trigger is written without quotes; write `trigger = all_failed`"),
        ("trigger = all_finishd", "all_finishd", "unknown trigger `all_finishd`; did you mean `all_finished`? A function of yours has another name"),
        ("trigger = always_run", "always_run", "the trigger that always runs is `all_finished`"),
        ("trigger = |_| true", "| _ | true", "expected a trigger, or the path of a function `fn(&[UpstreamState]) -> bool`; write `trigger = all_finished`"),
        ("skip_on_upstream_skip = no", "no", "expected `true` or `false`, found `no`; write `skip_on_upstream_skip = false`"),
        ("tags = \"db\"", "\"db\"", "expected a list of strings, found a string; write `tags = [\"db\"]`"),
        ("tags = [\"db\", \"db\"]", "\"db\"", "`db` is listed twice; keep one"),
        ("tags = [\"\"]", "\"\"", "a tag is a word that `Runner::at_most` names; write one"),
        ("on_state = \"tell\"", "\"tell\"", "a path is written without quotes; write `on_state = tell`"),
        ("on_failure = || ()", "|| ()", "expected the path of a hook; write `on_failure = path::to::hook`"),
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
