//! `if` and `match`: which arm is chosen, what it reads, and what follows it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use flow_runtime::StateType::{Failed, Skipped, Success, TriggerFailed};
use flow_runtime::{BoxError, Context, NodeInfo, Outcome, Runner, Signal, State, flow, task};
use serde::{Deserialize, Serialize};

use crate::place::kinds;

#[task]
fn rows(count: u32) -> Vec<u32> {
    (0..count).collect()
}

#[task]
fn heavy(rows: &[u32]) -> String {
    format!("heavy {}", rows.len())
}

#[task]
async fn light(rows: &[u32]) -> String {
    tokio::task::yield_now().await;
    format!("light {}", rows.len())
}

#[task]
fn text(of: &str) -> String {
    of.to_owned()
}

#[task]
fn shown(number: u32) -> String {
    number.to_string()
}

#[task]
fn copy(number: u32) -> u32 {
    number
}

#[task]
fn broken(why: &str) -> Result<u32, String> {
    Err(why.to_owned())
}

flow! {
    fn sized(count: u32, limit: u32 = 10) -> String {
        all = rows(count);
        told = if all.is_empty() {
            text("no rows")
        } else if all.len() > limit as usize {
            heavy(all)
        } else {
            light(rows: all)
        };
        told
    }
}

#[test]
fn the_first_arm_whose_condition_holds_is_called() {
    for (count, told) in [(0, "no rows"), (3, "light 3"), (11, "heavy 11")] {
        let run = Runner::in_memory().run(sized(count)).unwrap();
        assert_eq!(run.output(), told);
        assert_eq!(run.node_state(sized::told).kind, Success);
    }
    // A parameter counts as much as a result.
    let run = Runner::in_memory().run(sized(3).limit(2)).unwrap();
    assert_eq!(run.output(), "heavy 3");
}

#[test]
fn the_name_of_a_node_alone_is_a_condition() {
    #[task]
    fn is_even(number: u32) -> bool {
        number.is_multiple_of(2)
    }

    flow! {
        fn parity(number: u32) -> String {
            even = is_even(number);
            told = if even { text("even") } else { text("odd") };
            told
        }
    }

    for (number, told) in [(2, "even"), (3, "odd")] {
        assert_eq!(Runner::in_memory().run(parity(number)).unwrap().output(), told);
    }
}

flow! {
    fn first(count: u32, name: Option<String>) -> String {
        all = rows(count);
        said = if let Some(last) = all.last() && *last > 2 {
            shown(*last)
        } else if let Some(name) = name {
            text(&name)
        } else {
            text("nobody")
        };
        said
    }
}

#[test]
fn what_a_pattern_of_a_condition_binds_is_there_in_its_arm() {
    for (count, name, said) in [
        (5, None, "4"),
        (2, Some("somebody"), "somebody"),
        (0, None, "nobody"),
    ] {
        let run = Runner::in_memory().run(first(count, name.map(str::to_owned)));
        assert_eq!(run.unwrap().output(), said);
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Order {
    Take { count: u32, of: String },
    Give(u32),
    Nothing,
}

#[task]
fn order(text: &str) -> Result<Order, String> {
    match text.split(' ').collect::<Vec<_>>()[..] {
        ["take", count, of] => Ok(Order::Take {
            count: count.parse().map_err(|_| "no count")?,
            of: of.to_owned(),
        }),
        ["give", count] => Ok(Order::Give(count.parse().map_err(|_| "no count")?)),
        [""] => Ok(Order::Nothing),
        _ => Err(format!("no order: {text}")),
    }
}

#[task]
fn taken(of: &str, count: u32) -> String {
    format!("{count} of {of}")
}

flow! {
    fn carried_out(words: String, most: u32 = 10) -> String {
        order = order(&words);
        done = match order {
            Order::Take { count, of } if *count <= most => taken(count: *count, of: of),
            Order::Take { .. } => text("too many"),
            Order::Give(0) | Order::Nothing => { text("nothing") }
            Order::Give(count) => shown(*count),
        };
        done
    }
}

#[test]
fn a_match_has_patterns_with_guards_and_names() {
    for (words, done) in [
        ("take 3 rows", "3 of rows"),
        ("take 30 rows", "too many"),
        ("give 0", "nothing"),
        ("", "nothing"),
        ("give 7", "7"),
    ] {
        let run = Runner::in_memory().run(carried_out(words.to_owned())).unwrap();
        assert_eq!(run.output(), done, "{words}");
    }
    let run = Runner::in_memory()
        .run_to_end(carried_out("dance".to_owned()))
        .unwrap();
    assert_eq!(
        run.node_state(carried_out::done).to_string(),
        "TriggerFailed: `order` is Failed"
    );
}

flow! {
    fn extra(wanted: bool) -> String {
        bonus = if wanted { copy(3) };
        twice = doubled(bonus);
        sum = total(bonus);
        sum
    }
}

#[task]
fn doubled(bonus: u32) -> u32 {
    2 * bonus
}

#[task]
fn total(bonus: Option<&u32>) -> String {
    format!("{bonus:?}")
}

#[test]
fn without_else_it_may_be_skipped() {
    let run = Runner::in_memory().run(extra(true)).unwrap();
    assert_eq!(
        (kinds(&run), run.output().as_str()),
        (vec![Success; 3], "Some(3)")
    );
    let run = Runner::in_memory().run(extra(false)).unwrap();
    assert_eq!(kinds(&run), [Skipped, Skipped, Success]);
    assert_eq!(run.output(), "None");
    assert_eq!(
        run.node_state(extra::bonus).message,
        "its condition does not hold, and it has no `else`"
    );
    let error = run.result(extra::bonus).unwrap_err();
    assert!(error.to_string().contains("Skipped"), "{error}");
}

flow! {
    fn cautious(risky: bool) -> u32 {
        safe = copy(1);
        danger = broken("it is dangerous");
        taken = if risky { copy(danger) } else { copy(safe) };
        after = if risky { copy(safe, upstream: [danger]) } else { copy(safe) };
        taken
    }
}

#[test]
fn what_only_another_arm_reads_may_have_failed() {
    let run = Runner::in_memory().run_to_end(cautious(false)).unwrap();
    assert_eq!(kinds(&run), [Success, Failed, Success, Success]);
    assert_eq!(*run.result(cautious::taken).unwrap(), 1);
    let run = Runner::in_memory().run_to_end(cautious(true)).unwrap();
    assert_eq!(kinds(&run), [Success, Failed, TriggerFailed, TriggerFailed]);
    assert_eq!(run.node_state(cautious::after).message, "`danger` is Failed");
}

#[test]
fn a_trigger_of_the_statement_shows_its_condition_what_became_of_its_upstream() {
    #[task]
    fn number(of: Outcome<&u32>) -> u32 {
        of.success().copied().unwrap_or_default()
    }

    #[task(trigger = all_failed)]
    fn alarm(of: Outcome<&u32>) -> u32 {
        of.success().map_or(911, |_| 0)
    }

    flow! {
        fn told(fails: bool) -> u32 {
            a = if fails { broken("no") } else { copy(5) };
            #[node(trigger = all_finished)]
            b = match a.success() { Some(_) => number(a), None => number(a) };
            #[node(trigger = all_finished)]
            c = if a.is_success() { number(a) } else { copy(77) };
            d = if fails { alarm(a) } else { copy(0) };
            c
        }
    }

    let run = Runner::in_memory().run_to_end(told(true)).unwrap();
    assert_eq!(kinds(&run), [Failed, Success, Success, Success]);
    assert_eq!((*run.output(), *run.result(told::d).unwrap()), (77, 911));
    let run = Runner::in_memory().run_to_end(told(false)).unwrap();
    assert_eq!((*run.output(), *run.result(told::b).unwrap()), (5, 5));
}

#[test]
fn a_panic_in_a_condition_is_the_nodes_failure() {
    static ASKED: AtomicU32 = AtomicU32::new(0);

    fn asked(number: u32) -> bool {
        ASKED.fetch_add(1, SeqCst);
        assert!(number < 3, "too large a number");
        true
    }

    flow! {
        fn judged(number: u32) -> u32 {
            #[node(retries = 1)]
            a = if asked(number) { copy(1) } else { copy(2) };
            b = copy(a);
            b
        }
    }

    let run = Runner::in_memory().run_to_end(judged(3)).unwrap();
    assert_eq!(kinds(&run), [Failed, TriggerFailed]);
    let message = &run.node_state(judged::a).message;
    assert!(
        message.contains("too large a number") && message.contains("(attempt 2)"),
        "{message}"
    );
    assert_eq!(ASKED.load(SeqCst), 2, "once for each attempt");
}

#[test]
fn a_condition_that_changes_its_mind_is_an_error() {
    static ASKED: AtomicU32 = AtomicU32::new(0);

    flow! {
        fn fickle() -> u32 {
            #[node(retries = 3)]
            a = if ASKED.fetch_add(1, SeqCst) == 0 { copy(1) } else { copy(2) };
            a
        }
    }

    let run = Runner::in_memory().run_to_end(fickle()).unwrap();
    assert_eq!(
        run.node_state(fickle::a).message,
        "its conditions chose arm 1 (`copy`) before and arm 2 (`copy`) now: they must depend on nothing but what they name"
    );
    assert_eq!(ASKED.load(SeqCst), 2, "no attempt mends that");
}

static CHANGES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn noted(node: &NodeInfo<'_>, _old: &State, new: &State) -> Option<Signal> {
    let mut changes = CHANGES.lock().unwrap();
    changes.push(format!("{} {} {}", node.name(), node.task(), new));
    None
}

#[task(retries = 2, on_state = noted)]
fn second(cx: &Context) -> Result<u32, BoxError> {
    if cx.attempt() < 2 {
        Err("not yet".into())
    } else {
        Ok(2)
    }
}

#[task]
async fn at_once() -> u32 {
    tokio::task::yield_now().await;
    1
}

#[test]
fn an_arm_has_the_rules_of_its_task() {
    flow! {
        fn tried(patient: bool) -> u32 {
            a = if patient { second() } else { at_once() };
            a
        }
    }

    assert_eq!(*Runner::in_memory().run(tried(true)).unwrap().output(), 2);
    let changes = std::mem::take(&mut *CHANGES.lock().unwrap());
    assert_eq!(
        changes,
        [
            "a second Running",
            "a second Retrying: not yet",
            "a second Running",
            "a second Success"
        ]
    );
    assert_eq!(*Runner::in_memory().run(tried(false)).unwrap().output(), 1);
    assert_eq!(CHANGES.lock().unwrap().len(), 0);
}

#[test]
fn hooks_hear_of_what_is_not_chosen() {
    fn fills(_node: &NodeInfo<'_>, _old: &State, new: &State) -> Option<Signal> {
        (new.kind == Skipped).then(|| Signal::succeed(5_u32))
    }

    flow! {
        fn filled(wanted: bool) -> u32 {
            #[node(on_state = fills)]
            a = if wanted { copy(1) };
            b = copy(a);
            b
        }
    }

    assert_eq!(*Runner::in_memory().run(filled(true)).unwrap().output(), 1);
    assert_eq!(*Runner::in_memory().run(filled(false)).unwrap().output(), 5);
}

#[test]
fn the_results_of_a_for_can_be_asked_and_read() {
    #[task]
    fn sum(of: &[&u32]) -> u32 {
        of.iter().copied().sum()
    }

    flow! {
        fn summed(numbers: Vec<u32>) -> u32 {
            all = for number in numbers { copy(number) };
            most = if all.len() > 2 { sum(all) } else { copy(all.iter().map(|number| **number).max().unwrap_or(0)) };
            again = for number in 0..*most { copy(number) };
            most
        }
    }

    for (numbers, most) in [(vec![], 0), (vec![3, 4], 4), (vec![3, 4, 5], 12)] {
        let run = Runner::in_memory().run(summed(numbers)).unwrap();
        assert_eq!(*run.output(), most);
        assert_eq!(run.result(summed::again).unwrap().len(), most as usize);
    }
}
