//! Rules on what stands in the parentheses of a call, and on options.

use super::{errors_of, one_error_each};

#[test]
#[rustfmt::skip]
fn upstream_is_a_list_of_other_nodes() {
    one_error_each(&[
        ("rows = f(); b = g(upstream: [row]);", "row", "no node is named `row`; did you mean `rows`?"),
        ("b = g(upstream: [nothing]);", "nothing", "no node is named `nothing`; give an upstream"),
        ("fn n(day: D) { b = g(upstream: [day]); }", "day", "`day` is a parameter, and `upstream` takes nodes"),
        ("a = f(); b = g(upstream: a);", "a", "expected a list of nodes; write `upstream: [a]`"),
        ("a = f(); b = g(upstream: (a, c));", "(a, c)", "write `upstream: [a, b]`"),
        ("b = g(upstream: );", ":", "expected a list of nodes"),
        ("b = g(1, upstream: , );", ":", "expected a list of nodes"),
        ("a = f(); b = g(upstream: [a, a]);", "a", "`a` is in this list already"),
        ("a = f(); b = g(upstream: [a.x]);", "a.x", "expected the name of a node, found an expression"),
        ("b = g(upstream: [1]);", "1", "found `1`"),
        ("a = f(); b = g(upstream: [,a]);", ",", "before this `,`"),
        ("a = f(); b = g(upstream: [a], upstream: []);", "upstream", "`upstream` is given twice"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_call_has_one_option() {
    one_error_each(&[
        ("a = f(1, retries: 3);", "retries", "`retries` is an option of the node, which stands before its statement; write `#[node(retries = 3)]`"),
        ("a = f(1, z: 3);", "z", "unknown option `z`; after positional arguments"),
        ("a = f(retries = 5);", "retries", "write `#[node(retries = 5)]`, or `retries: 5` for an argument of this name"),
        ("a = f(timeout = D + E);", "timeout", "write `#[node(timeout = \"5m\")]`, or `timeout: ..` for an argument of this name"),
        ("a = f(backoff(factor = 2));", "backoff", "`backoff` is an option of the node"),
        ("#[node(retries = 0, retry_delay = \"1s\")] a = f();", "retry_delay", "`retry_delay` says nothing beside `retries = 0`"),
        ("#[node(retry_delay = \"9s\", backoff(max = \"5s\"))] a = f();", "retry_delay", "the first delay is longer than `max = \"5s\"`"),
        ("#[node(depends_on = [b])] a = f();", "depends_on", "unknown option `depends_on`; `upstream` stands in the call"),
        ("a = f(1, x: 3, y: 4);", "x", "name all arguments of the call or none"),
        ("a = f(1, upstrm: []);", "upstrm", "did you mean `upstream`?"),
        ("a = f(x: 1, upstrem: []);", "upstrem", "unknown option `upstrem`; did you mean `upstream`?"),
        ("a = f(upstreams: []);", "upstreams", "did you mean `upstream`?"),
        ("a = f(x: 1, 2 + 3);", "2 + 3", "positional argument after the named `x`"),
        ("a = f(x: 1, 2, 3);", "2", "positional argument after the named `x`"),
        ("a = f(type: 1);", "type", "write `r#type`"),
        ("#[node(target = a.txt)] a = f();", "a.txt", "expected a string literal; write `target = \"reports/<node>.json\"`"),
        ("#[node(target = \"a\", format = jsn)] a = f();", "jsn", "unknown format `jsn`; did you mean `json`?"),
        ("#[node(target = 1, format = json)] a = f();", "1", "expected a string literal, found an integer"),
        ("fn n(date: D) { #[node(target = \"<date>.txt\")] a = f(); }", "\"<date>.txt\"", "`date` is both a variable of every target and a parameter of this flow"),
        ("#[node(retry_if = g)] a = f();", "retry_if", "`retry_if` belongs on the task"),
        ("#[node(name = \"b\")] a = f();", "name", "`name` belongs on the task"),
        ("#[node(checkpoint = false)] a = f();", "checkpoint", "`checkpoint` belongs on the task"),
        ("#[node(format = json)] a = f();", "format", "there is none; add `target = \"…\"`, or write it on the task"),
        ("#[node(version = 1)] a = f();", "version", "`version` belongs on the task"),
        ("#[node(crate = x)] a = f();", "crate", "`crate` belongs on the flow"),
        ("a = f(); #[node(upstream = [a])] b = f();", "upstream", "`upstream` stands in the call"),
        ("#[node(retries = \"3\")] a = f();", "\"3\"", "expected a whole number, found a string"),
        ("#[node(retries = 3, retries = 4)] a = f();", "retries", "`retries` is given twice"),
        ("#[node(retries = 3)] #[node(tags = [\"x\"], retries = 4)] a = f();", "retries", "`retries` is given twice"),
        ("a = f(); #[node(retries = 3)] a", "#[node(retries = 3)]", "the tail takes no attributes"),
        ("a = f(); #[node(retries = 3)]", "#[node(retries = 3)]", "expected a statement"),
        ("#[node(,)] a = f();", "node(,)", "expected options"),
        ("#[node = 3] a = f();", "node = 3", "expected options"),
        ("#[node(retrys = 3)] a = f();", "retrys", "did you mean `retries`?"),
        ("#[node(whatever)] a = f();", "whatever", "unknown option `whatever`; `#[node]` takes `retries`"),
        ("#[node] a = f();", "node", "expected options"),
        ("#[node()] a = f();", "node()", "expected options"),
        ("#[cfg(unix)] a = f();", "cfg", "a flow has one shape"),
        ("#[nodes(x)] a = f();", "nodes", "did you mean `#[node(..)]`?"),
        ("#[inline] a = f();", "inline", "has no meaning on a node"),
        ("#[task(retries = 3)] a = f();", "task", "options of a node stand in `#[node(..)]`"),
        ("#![doc = \"\"] a = f();", "doc", "no inner attribute"),
        ("#![flow(name = \"x\")] a = f();", "name", "the bare form has no option `name`"),
        ("a = f(); #![flow(crate = x)] b = f();", "#![flow(crate = x)]", "at the very beginning"),
    ]);
    let two = errors_of("#[node(retries = f(1, 2), trigger = 1)] a = f();");
    assert_eq!(
        two.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(),
        ["f(1, 2)", "1"]
    );
}

#[test]
fn a_node_is_not_bound_again_in_an_argument() {
    for inner in [
        "|rows| 1",
        "|(rows, x)| 1",
        "|x, rows: u8| 1",
        "{ let rows = 1; 2 }",
        "{ let mut rows = 1; 2 }",
        "{ let (x, ref rows) = y; 2 }",
        "{ for rows in x {} }",
        "match x { rows => 1 }",
        "match x { Some(rows) if y => 1, S { rows } => 2 }",
        "if let Some(rows) = x { 1 } else { 2 }",
        "while let rows @ Some(_) = x {}",
        "{ fn g(rows: u8) {} 1 }",
        "{ fn rows() {} 1 }",
        "{ const rows: u8 = 1; 1 }",
        "matches!(x, Some(rows))",
        "vec![x.map(|rows| 1)]",
        "vec![|rows| 1; 2]",
        "m! { let rows = 1; 2 }",
        "m! { a => let rows }",
        "m! { for rows in }",
        "m! { => |rows, x| }",
    ] {
        for flow in [
            "rows = f(); node = g(INNER);",
            "rows = f(INNER);",
            "rows = f(other); other = g(INNER);",
        ] {
            let found = errors_of(&flow.replace("INNER", inner));
            assert!(!found.is_empty(), "{inner}");
            for (text, message) in found {
                assert_eq!(text, "rows", "{inner}");
                assert!(message.contains("cannot be bound again here"), "{message}");
            }
        }
    }
    for named in [
        "format!(\"{rows}\", rows = x)",
        "format!(\"{x:>rows$}\", rows = *rows)",
    ] {
        assert_eq!(errors_of(&format!("rows = f(); a = g({named});")), [], "{named}");
    }
    assert_eq!(errors_of("rows = f(format!(\"{rows}\", rows = 1));"), []);
    assert_eq!(errors_of("fn n(day: D) { a = g(|day| day); }"), []);
}

#[test]
#[rustfmt::skip]
fn nothing_leaves_an_argument() {
    one_error_each(&[
        ("a = f(g()?);", "?", "`?` cannot leave an argument"),
        ("a = f(x: vec![g()?]);", "?", "`?` cannot leave an argument"),
        ("a = f(&{ g().await });", "await", "an argument cannot wait"),
        ("a = f({ return 1 });", "return", "`return` cannot leave an argument"),
        ("a = f(break);", "break", "`break` cannot leave an argument"),
        ("a = f({ continue 'x });", "continue", "`continue` cannot leave"),
        ("a = f('x: loop { break 'y });", "break", "`break` cannot leave"),
        ("a = f('x: { break });", "break", "`break` cannot leave"),
        ("a = f(for x in (break) {});", "break", "`break` cannot leave"),
        ("a = f(matches!(g()?, 1));", "?", "`?` cannot leave"),
    ]);
}
