//! Every elided lifetime of a field has a name; the author's own are kept where a field uses them.

use quote::ToTokens;

use super::analysed;

/// Of a signature: the struct's lifetimes, and its fields' types.
fn lowered(item: &str) -> (String, Vec<String>) {
    let (task, errors) = analysed("", item);
    assert!(errors.is_empty(), "{item}: {errors:?}");
    let task = task.expect("without errors there is a task");
    let lifetimes: Vec<String> = task.lifetimes.iter().map(spaceless).collect();
    let fields = task
        .fields()
        .map(|(_, ty)| ty.map(spaceless).unwrap_or_default())
        .collect();
    (lifetimes.join(","), fields)
}

fn spaceless(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

#[test]
fn elided_lifetimes_are_named_after_their_parameter() {
    for (item, lifetimes, fields) in [
        ("fn f(x: u8) {}", "", &["u8"] as &[&str]),
        ("fn f(rows: &[Row]) {}", "'rows", &["&'rows [Row]"]),
        ("fn f(a: &A, b: &'_ B) {}", "'a, 'b", &["&'a A", "&'b B"]),
        ("fn f(x: Option<&T>) {}", "'x", &["Option<&'x T>"]),
        ("fn f(x: (&A, &B)) {}", "'x, 'x_2", &["(&'x A, &'x_2 B)"]),
        ("fn f(x: &&u8) {}", "'x, 'x_2", &["&'x &'x_2 u8"]),
        ("fn f(x: Vec<&str>) {}", "'x", &["Vec<&'x str>"]),
        ("fn f(x: Cow<'_, str>) {}", "'x", &["Cow<'x, str>"]),
        ("fn f(x: [&u8; 2]) {}", "'x", &["[&'x u8; 2]"]),
        ("fn f(x: <&u8 as T>::A) {}", "'x", &["<&'x u8 as T>::A"]),
        (
            "fn f(x: Box<dyn I<Item = &u8> + '_>) {}",
            "'x, 'x_2",
            &["Box<dyn I<Item = &'x u8> + 'x_2>"],
        ),
        (
            "fn f(x: &(dyn Any + '_)) {}",
            "'x, 'x_2",
            &["&'x (dyn Any + 'x_2)"],
        ),
        ("fn f(x: &'static str) {}", "", &["&'static str"]),
        (
            "fn f(r#type: &u8, r#rows: &u8) {}",
            "'type_, 'rows_",
            &["&'type_ u8", "&'rows_ u8"],
        ),
        ("fn f(_x: &u8, mut y: &u8) {}", "'_x, 'y", &["&'_x u8", "&'y u8"]),
        // The context is no field.
        ("fn f(cx: &Context, x: &u8) {}", "'x", &["&'x u8"]),
    ] {
        check(item, lifetimes, fields);
    }
}

#[test]
fn names_avoid_those_that_are_taken() {
    for (item, lifetimes, fields) in [
        (
            "fn f<'a>(x: &'a u8, a: &u8) {}",
            "'a_2, 'a",
            &["&'a u8", "&'a_2 u8"] as &[&str],
        ),
        (
            "fn f<'a, 'a_2>(x: &'a u8, y: &'a_2 u8, a: &u8) {}",
            "'a_3, 'a, 'a_2",
            &["&'a u8", "&'a_2 u8", "&'a_3 u8"],
        ),
        // A name inside of `for<'a>` would be shadowed.
        (
            "fn f(a: &dyn for<'a> T<'a>) {}",
            "'a_2",
            &["&'a_2 dyn for<'a> T<'a>"],
        ),
        (
            "fn f(x: (&u8, &u8), x_2: &u8) {}",
            "'x, 'x_2, 'x_2_2",
            &["(&'x u8, &'x_2 u8)", "&'x_2_2 u8"],
        ),
    ] {
        check(item, lifetimes, fields);
    }
}

#[test]
fn function_types_keep_lifetimes_of_their_own() {
    for (item, lifetimes, fields) in [
        ("fn f(g: fn(&u8) -> &u8) {}", "", &["fn(&u8) -> &u8"] as &[&str]),
        (
            "fn f(g: Box<dyn Fn(&u8) -> &u8>) {}",
            "",
            &["Box<dyn Fn(&u8) -> &u8>"],
        ),
        ("fn f(g: &dyn Fn(&u8)) {}", "'g", &["&'g dyn Fn(&u8)"]),
        ("fn f<'a>(g: fn(&'a u8)) {}", "'a", &["fn(&'a u8)"]),
    ] {
        check(item, lifetimes, fields);
    }
}

#[test]
fn declared_lifetimes_stay_where_a_field_uses_them() {
    for (item, lifetimes, fields) in [
        (
            "fn f<'a, 'b>(x: &'a u8, y: &'b u8) {}",
            "'a, 'b",
            &["&'a u8", "&'b u8"] as &[&str],
        ),
        (
            "fn f<'a, 'b: 'a>(x: &'a &'b u8) {}",
            "'a, 'b : 'a",
            &["&'a &'b u8"],
        ),
        (
            "fn f<'a, 'b>(x: &'a &'b u8) where 'b: 'a {}",
            "'a, 'b : 'a",
            &["&'a &'b u8"],
        ),
        (
            "fn f<'a, 'b: 'a>(cx: &'a Context, y: &'b u8) {}",
            "'b",
            &["&'b u8"],
        ),
        ("fn f<'a: 'static>(x: &'a u8) {}", "'a : 'static", &["&'a u8"]),
        ("fn f<'a>(x: u8) {}", "", &["u8"]),
    ] {
        check(item, lifetimes, fields);
    }
}

fn check(item: &str, lifetimes: &str, fields: &[&str]) {
    let fields: Vec<String> = fields.iter().map(|ty| ty.replace(' ', "")).collect();
    assert_eq!(lowered(item), (lifetimes.replace(' ', ""), fields), "{item}");
}
