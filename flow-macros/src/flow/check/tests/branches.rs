//! Rules on `if` and `match`.

use super::one_error_each;

#[test]
#[rustfmt::skip]
fn an_arm_is_one_call() {
    one_error_each(&[
        ("a = if x { f() } else { };", "{ }", "an arm is the call of a task; write `{ task(..) }`"),
        ("a = if x { } else { f() };", "{ }", "an arm is the call of a task; write `{ task(..) }`"),
        ("a = if x { f(); } else { g() };", ";", "the call is the value of the arm; leave the `;` out"),
        ("a = if x { f() g() } else { g() };", "g", "expected `}` after the call, found `g`"),
        ("a = if x { b = f(); b } else { g() };", "b", "an arm is one call"),
        ("a = if x { let b = f(); b } else { g() };", "let", "an arm is one call"),
        ("a = if x { 3 } else { g() };", "3", "an arm is the call of a task, found an expression; write `task(..)`"),
        ("a = if x { f } else { g() };", "f", "expected `(`; an arm is a call, write `f(..)`"),
        ("a = if x { f()? } else { g() };", "?", "leave `?` out"),
        ("a = if x { f() } else { f().b };", "f().b", "an arm is the call of a task, found an expression `.b`"),
        ("a = if x { if y { f() } else { g() } } else { g() };", "if", "`if` is not supported in an arm yet"),
        ("a = if x { f() } else { match y { _ => g() } };", "match", "`match` is not supported in an arm yet"),
        ("a = match x { 1 => if y { f() }, _ => g() };", "if", "`if` is not supported in an arm yet"),
        ("a = if x { for y in z { f(y) } } else { g() };", "for", "`for` is not supported in an arm yet"),
        ("a = if x { flow sub() } else { g() };", "flow", "`flow` is not supported yet; write `task(..)`"),
        ("a = match x { 1 => f() _ => g() };", "_", "expected `,` after the call, found `_`"),
        ("a = match x { 1 => , _ => g() };", "=>", "an arm is the call of a task; write `pattern => task(..)`"),
        ("a = match x { 1 => f(); _ => g() };", ";", "leave the `;` out"),
        ("a = for x in y { if x { f() } };", "if", "`if` is not supported between the braces of a `for` yet"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_condition_is_an_expression() {
    one_error_each(&[
        ("a = if { f() };", "if", "expected a condition here; write `a = if condition { task(..) } else { other(..) };`"),
        ("a = if { f() } else { g() };", "if", "expected a condition here"),
        ("a = if x;", "if", "expected `{ task(..) }` after the condition"),
        ("a = if x f();", "f", "expected"),
        ("a = if x { f() } else g();", "g", "expected `{ other(..) }` or `if` after `else`"),
        ("a = if x = 3 { f() };", "=", "write `==`"),
        ("a = if x { f() } else if { g() };", "if", "expected a condition here"),
        ("a = match { 1 => f() };", "match", "expected what is matched here"),
        ("a = match x { };", "{ }", "expected an arm `pattern => task(..)` between the braces"),
        ("a = match x;", "match", "expected `{ pattern => task(..), .. }` after what is matched"),
        ("a = match x { 1 };", "1", "expected `=>` after the pattern"),
        ("a = match x { 1 f() };", "f", "expected `=>` after the pattern"),
        ("a = match x { #[cfg(y)] 1 => f(), _ => g() };", "#[cfg(y)]", "an arm takes no attributes"),
        ("a = if f()? { f() };", "?", "`?` cannot leave a condition"),
        ("a = if f().await { f() };", "await", "a condition cannot wait"),
        ("a = match x { y if return => f(), _ => g() };", "return", "`return` cannot leave a condition"),
        ("a = if Self::B { f() };", "Self", "a flow has no `Self`"),
        ("a = match x { Self::B => f(), _ => g() };", "Self", "a flow has no `Self`"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_pattern_binds_no_node() {
    one_error_each(&[
        ("b = f(); a = if let Some(b) = x { g(b) } else { f() };", "b", "`b` is a node of this flow and cannot be bound again here"),
        ("b = f(); a = match x { Some(b) => g(b), None => f() };", "b", "`b` is a node of this flow"),
        ("a = if let Some(a) = x { g(a) };", "a", "`a` is a node of this flow"),
        ("a = if x { f(a) } else { g() };", "a", "`a` cannot depend on itself"),
        ("a = if a { f() } else { g() };", "a", "`a` cannot depend on itself"),
        ("b = f(a); a = if x { f() } else { g(b) };", "b", "these nodes wait for each other: `b` → `a` → `b`"),
        ("a = if x { f(upstream: [b]) } else { g() };", "b", "no node is named `b`"),
    ]);
}
