//! Rules on names, order and the tail.

use super::{errors_of, one_error_each};

#[test]
#[rustfmt::skip]
fn names_mean_one_thing() {
    one_error_each(&[
        ("a = f();\na = g();", "a", "`a` is a node already, in line 1"),
        ("a = f(); r#a = g();", "r#a", "is a node already"),
        ("fn n(a: u8) { a = f(); }", "a", "`a` is a parameter of this flow"),
        ("fn n(a: u8,\n a: u8) {}", "a", "`a` is a parameter already, in line 1"),
        ("fn n(run: u8) {}", "run", "`run` cannot name a parameter"),
        ("fn n(run_async: u8) {}", "run_async", "cannot name a parameter"),
        ("fn n(run_to_end: u8) {}", "run_to_end", "cannot name a parameter"),
        ("fn n(start: u8 = 1) {}", "start", "cannot name a parameter"),
        ("fn n() { restore = f(); }", "restore", "`restore` cannot name a node"),
        ("restore = f();", "restore", "cannot name a node"),
        ("run = f();", "run", "cannot name a node"),
        ("start = f();", "start", "cannot name a node"),
    ]);
    assert_eq!(errors_of("fn n() { run = f(); start = f(run); }"), []);
    // A statement that cannot be read is reported once, whatever its name.
    one_error_each(&[
        ("a = f(); a = ;", "=", "expected a task call"),
        ("a = f(); a 5;", "5", "expected `=`"),
    ]);
}

#[test]
#[rustfmt::skip]
fn nothing_waits_for_itself() {
    one_error_each(&[
        ("a = f(a);", "a", "`a` cannot depend on itself"),
        ("a = f(x: a.len() + a);", "a", "cannot depend on itself"),
        ("a = f(format!(\"{a}\"));", "\"{a}\"", "cannot depend on itself"),
        ("a = f(upstream: [a]);", "a", "cannot depend on itself"),
        ("a = f(b); b = f(a);", "a", "these nodes wait for each other: `a` → `b` → `a`"),
        ("x = f(c); a = f(c); b = f(a); c = f(upstream: [b]);", "a", "`a` → `b` → `c` → `a`"),
        ("a = f(b, d); b = f(c); c = f(a); d = f(a);", "a", "`a` → `d` → `a`"),
    ]);
    assert_eq!(errors_of("a = f(b); b = f(a); c = f(d); d = f(c);").len(), 2);
}

#[test]
#[rustfmt::skip]
fn the_tail_is_a_node() {
    one_error_each(&[
        ("fn n() -> T { rows = f(); row }", "row", "did you mean `rows`?"),
        ("fn n() -> T { rows = f(); other }", "other", "the tail is the name of a statement"),
        ("fn n(day: T) -> T { a = f(); day }", "day", "`day` is a parameter, and the tail"),
        ("fn n() -> Vec<T> { rows = f(); }", "Vec<T>", "as `rows`"),
        ("fn n() -> T {}", "T", "no node makes this result"),
        ("fn n() { rows = f(); rows }", "rows", "declares no result; write `fn n(..) -> Type`"),
        ("a = f(); (a, a)", "(a, a)", "the tail is the name of one node"),
        ("a = f(); a.len()", "a.len()", "the tail is the name of one node"),
        ("fn n() -> T { a = f(); g(a) }", "g(a)", "write `g = g(..);` and then `g`"),
        ("fn n() -> T { a = f(); m::g() }", "m::g()", "write `g = m::g();` and then `g`"),
        ("a = f(); 5", "5", "the tail is the name of one node"),
        ("fn n() -> T { a = f(); a; }", "a", "put `a` without `;` at the end"),
        ("a = f(); /// Docs.\na", "/// Docs.", "the tail takes no attributes"),
        ("fn n() -> { a = f(); a }", "->", "expected the type of the flow's result"),
        ("fn n() -> impl T { a = f(); a }", "impl T", "has one type"),
    ]);
}
