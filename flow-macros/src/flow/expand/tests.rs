//! Golden expansions: what `flow!` makes of good and of broken input, as files to be read.
//! `BLESS=1 cargo test -p flow-macros` rewrites them.

use std::path::PathBuf;
use std::{env, fs};

use proc_macro2::{Group, TokenStream, TokenTree};

/// Compares the expansion of an item with `tests/golden/{name}.rs`.
fn golden(name: &str, source: &str) {
    let code = crate::flow::flow(source.parse().unwrap());
    check(name, source, &code);
}

/// The same for an expression, which a file cannot hold alone.
fn golden_expression(name: &str, source: &str) {
    let code = crate::flow::flow(source.parse().unwrap());
    check(name, source, &quote::quote!(fn expression() { let f = #code; }));
}

#[track_caller]
fn check(name: &str, source: &str, code: &TokenStream) {
    let file = syn::parse2(code.clone()).unwrap_or_else(|error| panic!("{error} in {code}"));
    let input: Vec<String> = source.lines().map(|line| format!("// {line}")).collect();
    let text = format!("{}\n\n{}", input.join("\n"), prettyplease::unparse(&file));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
        .with_extension("rs");
    if env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        wanted == text,
        "the expansion is not {} any more; read it, then run with BLESS=1:\n{text}",
        path.display()
    );
}

#[test]
fn a_named_flow() {
    golden(
        "flow_named",
        "/// Nightly report.
#[flow(name = \"nightly report\", tz = \"Europe/Berlin\")]
pub fn nightly(
    day: Date,
    /// How many rows at most.
    limit: u32 = 1000,
) -> Summary {
    rows   = fetch(&format!(\"{}/\", day.year()), limit);
    /// The numbers.
    report = etl::summarise(rows: rows, day: day);
    t1     = task1();
    done   = notify(report, \"all\", -1, 0.5, upstream: [t1, report]);
    report
}",
    );
}

#[test]
fn a_bare_flow() {
    golden_expression("flow_bare", "t1 = task1();\nt3 = task3(upstream: [t1]);");
}

#[test]
fn a_flow_that_gathers_results() {
    golden(
        "flow_list",
        "fn all(day: Date) -> u32 { a = one(day); b = one(day); c = sum([a, day, b,], [a, 1], []); c }",
    );
}

#[test]
fn a_bare_flow_with_a_tail_and_another_crate_name() {
    golden_expression(
        "flow_bare_tail",
        "#![flow(crate = my::runtime)]\nrows = load();\nn = count(rows.len());\nn",
    );
}

#[test]
fn a_flow_whose_nodes_have_rules_of_their_own() {
    golden(
        "flow_node_rules",
        "fn report(day: Date) -> Summary {
    #[node(retries = 5, retry_delay = \"10s\", tags = [\"web\"])]
    rows = fetch(day);
    /// Whatever became of the rows.
    #[node(trigger = all_finished)]
    #[node(on_failure = hooks::alert)]
    told = tell(rows);
    #[node(trigger = rules::mine, skip_on_upstream_skip = false)]
    both = etl::merge(rows: rows, count: rows.success().map_or(0, Vec::len));
    #[node(skip_on_upstream_skip = false)]
    last = done(told, upstream: [both]);
    last
}",
    );
}

#[test]
fn a_flow_with_branches() {
    golden(
        "flow_branches",
        "fn report(day: Date, big: bool) -> Summary {
    rows = fetch(day);
    more = fetch(day);
    #[node(retries = 1)]
    last = if big && rows.len() > 3 { etl::heavy(rows: rows, day: day) } else { light(more, upstream: [rows]) };
    /// None of it may be.
    some = if let Some(row) = rows.first() { light(row) };
    kind = match last { Summary::Of(n) if n > day => light(n), _ => light(1) };
    last
}",
    );
}

#[test]
fn a_flow_whose_nodes_have_targets_of_their_own() {
    golden(
        "flow_node_targets",
        "fn report(day: Date, limit: u32) -> Summary {
    #[node(target = \"<date:%Y>/<node>.txt\")]
    rows = fetch(limit);
    #[node(target = \"<day>/<rows>-<share>.csv\", format = json, retry_delay = \"1s\")]
    part = etl::share(rows, day, 0.5, \"all\", rows.len());
    #[node(target = \"<day>/<part>.bin\")]
    last = pack(part: &part[..1], limit: limit);
    last
}",
    );
}

#[test]
fn a_flow_with_resources() {
    golden(
        "flow_resources",
        "fn crawl(#[resource(Client::connect)] http: Client, url: String, #[resource] pool: Pool<Db>, limit: u32 = 3) -> Page {
    page = fetch(http, url);
    rows = query(from: &pool.inner, limit: limit);
    both = merge(&format!(\"{page}{}\", http.name()), rows);
    both
}",
    );
}

#[test]
fn input_that_is_being_typed() {
    golden(
        "flow_incomplete",
        "fn nightly(day: Date, limit: u32 = 3) -> Summary {
    a = ;
    b = parse(b: );
    c = parse(a);
    d = parse(c)
    d
}",
    );
    golden_expression(
        "flow_incomplete_bare",
        "a = load();\nb = parse(rows: a, day: );\nc =",
    );
}

#[test]
fn parameters_that_cannot_be_right_keep_their_places() {
    golden(
        "flow_parameters",
        "fn n(a: u8, a: &str, run: u8 = 1) {\n    b = f(a);\n    a = f(run + 1);\n}",
    );
}

/// Every stream that one missing token makes of `tokens`, at any depth.
fn with_one_token_less(tokens: &TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut streams = Vec::new();
    for place in 0..tokens.len() {
        let (before, after) = (&tokens[..place], &tokens[place + 1..]);
        let with = |middle: Option<TokenTree>| {
            before
                .iter()
                .cloned()
                .chain(middle)
                .chain(after.iter().cloned())
                .collect()
        };
        streams.push(with(None));
        if let TokenTree::Group(group) = &tokens[place] {
            for inner in with_one_token_less(&group.stream()) {
                streams.push(with(Some(Group::new(group.delimiter(), inner).into())));
            }
        }
    }
    streams
}

#[test]
fn whatever_is_missing_the_code_can_be_parsed() {
    let named: TokenStream = "/// Docs.\n#[flow(name = \"a\", tz = \"UTC\")] pub fn n(a: Vec<u8>, #[resource(c::d)] r: R, b: u8 = 1) -> T { \
        x = f(&a[1..], b, r, r.i); /// Docs.\n let y = m::g(k: x, l: |z| z + 1, upstream: [x, y2]); y2 = h(\"s\", -1); y }"
        .parse()
        .unwrap();
    let bare: TokenStream = "#![flow(crate = c)] x = f(); y = m::g(k: x, l: vec![x.len()], upstream: [x]); y"
        .parse()
        .unwrap();
    for tokens in with_one_token_less(&named) {
        let code = crate::flow::flow(tokens.clone());
        // Without its `fn` or its name, it is not even known to be an item.
        let parses =
            syn::parse2::<syn::File>(code.clone()).is_ok() || syn::parse2::<syn::Expr>(code.clone()).is_ok();
        assert!(parses, "{tokens}\nmakes\n{code}");
    }
    for tokens in with_one_token_less(&bare) {
        let code = crate::flow::flow(tokens.clone());
        assert!(
            syn::parse2::<syn::Expr>(code.clone()).is_ok(),
            "{tokens}\nmakes\n{code}"
        );
    }
}
