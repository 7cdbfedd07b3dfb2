//! Every rule of `flow!`, one row a rule: source, message, and the text that the error underlines.

mod arguments;
mod branches;
mod head;
mod names;
mod statements;

use proc_macro2::{LineColumn, TokenStream};

use crate::errors::Errors;
use crate::flow::model::Flow;
use crate::flow::{check, parse, resolve};

/// The errors of `source` as (underlined text, message).
fn errors_of(source: &str) -> Vec<(String, String)> {
    let (_, errors) = read(source);
    let Err(errors) = errors.finish() else {
        return Vec::new();
    };
    let cut = |error: &syn::Error| {
        let (start, end) = (error.span().start(), error.span().end());
        source[offset(source, start)..offset(source, end)].to_owned()
    };
    errors
        .into_iter()
        .map(|error| (cut(&error), error.to_string()))
        .collect()
}

fn read(source: &str) -> (Option<Flow>, Errors) {
    let tokens: TokenStream = source.parse().expect("balanced tokens");
    let mut errors = Errors::new();
    let flow = parse::read(tokens, &mut errors).map(|syntax| {
        let mut flow = resolve::resolve(syntax, &mut errors);
        check::check(&mut flow, &mut errors);
        flow
    });
    (flow, errors)
}

fn offset(source: &str, place: LineColumn) -> usize {
    let line: usize = source
        .split_inclusive('\n')
        .take(place.line - 1)
        .map(str::len)
        .sum();
    line + source[line..]
        .chars()
        .take(place.column)
        .map(char::len_utf8)
        .sum::<usize>()
}

/// Each source has exactly one error, on this text, with a message that holds this.
#[track_caller]
fn one_error_each(cases: &[(&str, &str, &str)]) {
    let mut failed = Vec::new();
    for (source, underlined, message) in cases {
        let found = errors_of(source);
        let fits = matches!(found.as_slice(), [(text, said)] if text == underlined && said.contains(message));
        if !fits {
            failed.push(format!(
                "{source}\n  wanted {:?}\n  found  {found:?}",
                (underlined, message)
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn well_formed_flows_have_no_errors() {
    for source in [
        "",
        "a = f();",
        "let a = f(); b = g(a,); b",
        "a = m::f(1, -2, \"x\"); b = ::c::g(x: a, y: a.len(), upstream: [a],); ",
        "b = g(a); a = f();",
        "load = load(1);",
        "a = f(upstream: []); b = g(upstream: [a], a);",
        "/// Docs.\na = f();",
        "#![flow(crate = other::path)] a = f();",
        "upstream = f(); b = g(upstream, upstream: [upstream]);",
        "a = f(SOME_CONST, none);",
        "a = f(r#upstream: 1); b = g(r#type: a, stream: 1);",
        "a = f(|x| x?, async { y.await }, loop { break 1 }, 'o: { break 'o 2 });",
        "a = f(); b = g(|x| a.id == x, S { a: 1 }, x.a, 'a: loop { break 'a });",
        "fn n() { a = f(); }",
        "fn n() -> () { a = f(); }",
        "/// Docs.\n#[flow(name = \"x y\", tz = \"Europe/Berlin\", crate = my::path)] #[deprecated] #[cfg(unix)] \
         pub(crate) fn n(/// Docs.\n day: Date, limit: HashMap<u8, u8> = HashMap::<u8, u8>::new(), z: (u8, u8)) -> T \
         { a = f(day, limit); a }",
        "fn n(limit: u32 = 3, day: Date,) { a = f(limit, day); }",
        "fn r#type(r#fn: u8) -> r#struct { r#if = r#match(r#fn); r#if }",
    ] {
        assert_eq!(errors_of(source), [], "{source}");
    }
}

#[test]
fn a_broken_statement_hides_no_other_and_causes_no_other_error() {
    let source = "a = ; b = f(a b); c = g(a, b, ); x 5; d = h(upstream: [a, b, c, wrong]); d";
    let texts: Vec<String> = errors_of(source).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["=", "b", "5", "wrong"]);
    let (flow, _) = read(source);
    let nodes: Vec<String> = flow
        .unwrap()
        .nodes
        .iter()
        .map(|node| node.name.to_string())
        .collect();
    assert_eq!(nodes, ["a", "b", "c", "x", "d"]);
}

#[test]
fn all_errors_are_reported_together() {
    let found = errors_of(
        "fn n(a: u8) -> T { a = f(); b = g(b); c = h(1, retries: 2); c = f(upstream: [x]); d = e; e = f(d); }",
    );
    assert_eq!(found.len(), 7, "{found:#?}");
}
