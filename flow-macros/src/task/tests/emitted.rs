//! Details of what is emitted, each by itself.

use super::{analysed, tokens};

fn expansion(attr: &str, item: &str) -> String {
    let expanded = crate::task::task(tokens(attr), tokens(item));
    prettyplease::unparse(&syn::parse2(expanded).expect("an expansion is Rust"))
}

#[track_caller]
fn assert_has(expansion: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(expansion.contains(wanted), "no `{wanted}` in:\n{expansion}");
    }
}

#[test]
fn the_function_is_untouched() {
    let source = "/// Docs.\n#[inline]\n#[must_use]\npub(super) const fn f(mut x: u8) -> u8 {\n    x += 1;\n    x\n}\n";
    assert!(
        expansion("", source).starts_with(source),
        "{}",
        expansion("", source)
    );
}

#[test]
fn documentation_of_a_parameter_moves_to_its_field() {
    let expansion = expansion("", "fn f(/** The day. */ day: u8) {}");
    assert_has(&expansion, &["fn f(day: u8) {}", "/// The day.\n    pub day: u8"]);
}

#[test]
fn docs_cfg_and_deprecated_are_copied_the_rest_is_not() {
    let expansion = expansion(
        "",
        "/// Docs.\n#[cfg(unix)]\n#[deprecated]\n#[inline]\npub fn f() {}",
    );
    assert_eq!(expansion.matches("/// Docs.").count(), 2);
    assert_eq!(expansion.matches("#[cfg(unix)]").count(), 3);
    assert_eq!(expansion.matches("#[deprecated]").count(), 2);
    assert_eq!(expansion.matches("#[inline]").count(), 1);
    assert_has(&expansion, &["    deprecated,\n"]);
}

#[test]
fn a_second_attribute_does_not_expand_again() {
    assert!(expansion("", "#[task] fn f() {}").starts_with("fn f() {}"));
}

#[test]
fn the_crate_can_be_somewhere_else() {
    let expansion = expansion("crate = crate::engine", "fn f(context: &Context) {}");
    assert_has(
        &expansion,
        &["use crate::engine::__private as __flow;", "&'run __flow::Context"],
    );
    assert!(!expansion.contains("flow_runtime"));
}

#[test]
fn raw_names_are_plain_in_data() {
    let expansion = expansion("target = \"<type>.json\"", "fn r#match(r#type: &str) -> u8 { 1 }");
    assert_has(
        &expansion,
        &[
            "struct r#match<'type_>",
            "pub r#type: &'type_ str",
            "name: \"match\"",
            "shown::<::std::string::String>(\"type\")",
            "\"type\" => ::core::option::Option::Some(&self.r#type)",
            "r#match(self.r#type)",
        ],
    );
}

#[test]
fn the_extension_or_the_format_picks_the_codec() {
    for (attr, codec) in [
        ("", "OutputSpec::message_pack::<"),
        ("target = \"a.txt\"", "OutputSpec::text::<"),
        ("target = \"a.json\"", "OutputSpec::json::<"),
        ("target = \"a.bin\"", "OutputSpec::bytes::<"),
        ("target = \"a.bin\", format = text", "OutputSpec::text::<"),
        ("target = \"a\", format = json", "OutputSpec::json::<"),
        ("checkpoint = false", "OutputSpec::memory::<"),
        ("checkpoint = true", "OutputSpec::message_pack::<"),
    ] {
        let expansion = expansion(attr, "fn f() -> u8 { 1 }");
        assert_has(&expansion, &[codec]);
    }
}

#[test]
fn docs_are_one_text() {
    for (docs, text) in [
        ("/// One.", "One."),
        (
            "/// One.\n///\n///   indented\n/// two.",
            "One.\n\n  indented\ntwo.",
        ),
        ("/** One. */", "One."),
        ("#[doc = \"One.\"]", "One."),
        ("#[doc(hidden)]", ""),
        ("", ""),
    ] {
        let (task, _) = analysed("", &format!("{docs}\nfn f() {{}}"));
        assert_eq!(task.expect("there is a task").docs, text, "{docs}");
    }
}

#[test]
fn a_body_has_the_fingerprint_of_what_it_does() {
    let body = |item: &str| {
        let expansion = expansion("", item);
        let start = expansion.find("from_words").expect("there is a fingerprint");
        expansion[start..].lines().take(3).collect::<String>()
    };
    let before = body("fn f(x: u8) -> u8 { x + 1 }");
    assert_eq!(
        before,
        body("/// Docs.\n#[inline] pub fn g(x: u8) -> u8 {\n    // why\n    x+1\n}")
    );
    assert_ne!(before, body("fn f(x: u8) -> u8 { x + 2 }"));
    assert_ne!(before, body("fn f(x: u16) -> u8 { x + 1 }"));
    assert_ne!(before, body("async fn f(x: u8) -> u8 { x + 1 }"));
}

#[test]
fn a_wrong_task_keeps_its_struct_and_is_reported_once() {
    let expansion = expansion("retrys = 3", "fn f(rows: &[u8]) -> u8 { 1 }");
    assert_has(
        &expansion,
        &[
            "fn f(rows: &[u8]) -> u8",
            "pub rows: &'rows [u8]",
            "__flow::Task for f<'rows>",
            "OutputSpec::unknown::<",
        ],
    );
    assert_eq!(expansion.matches("compile_error").count(), 1);
}

#[test]
fn what_cannot_be_a_field_is_one_in_name_only() {
    let expansion = expansion("", "fn f<T>(a: T, b: Vec<T>, c: impl Copy, d: &u8) -> T { a }");
    assert_has(
        &expansion,
        &[
            "pub a: (),\n    pub b: (),\n    pub c: (),\n    pub d: &'d u8,\n",
            "Self { a: (), b: (), c: (), d }",
            "pub fn __arg<__Value, __Kind>(_: __flow::Wire<'_, __Value, __Kind>) -> ! {",
            "type Output = <() as",
        ],
    );
}

#[test]
fn a_borrowed_result_is_static_in_the_stub() {
    assert_has(
        &expansion("", "fn f(x: &str) -> &str { x }"),
        &["type Output = <&'static str as"],
    );
}

#[test]
fn a_name_given_twice_is_left_to_rustc() {
    let expansion = expansion("", "fn f(x: u8, x: u16) {}");
    assert_has(
        &expansion,
        &[
            "fn f(x: u8, x: u16) {}",
            "struct f {\n    pub x: u8,\n    pub arg_1: (),\n}",
        ],
    );
    assert!(!expansion.contains("compile_error"));
}

#[test]
fn what_is_no_function_is_given_back() {
    assert_has(&expansion("", "struct S;"), &["struct S;", "compile_error"]);
    assert!(!expansion("", "fn f(&self) {}").contains("struct f"));
}
