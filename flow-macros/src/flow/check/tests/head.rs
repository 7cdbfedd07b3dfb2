//! Rules on what stands before the body of a named flow.

use super::one_error_each;

#[test]
#[rustfmt::skip]
fn the_head_of_a_flow_is_plain() {
    one_error_each(&[
        ("async fn n() {}", "async", "write `fn`"),
        ("pub const fn n() {}", "const", "leave `const` out"),
        ("unsafe fn n() {}", "unsafe", "leave `unsafe` out"),
        ("extern \"C\" fn n() {}", "extern", "leave `extern` out"),
        ("fn n<T: A>() {}", "<T: A>", "a flow has no generics"),
        ("fn n() where u8: A {}", "where u8: A", "leave `where` out"),
        ("fn type() {}", "type", "cannot name a flow"),
        ("fn n {}", "n", "write `fn n() { .. }`"),
        ("fn n()", "n", "expected the body of the flow `n`"),
        ("fn n() {} fn m() {}", "fn", "one `flow!` holds one flow"),
        ("fn n() {} #[flow()] pub fn m() {}", "fn", "one `flow!` holds one flow"),
        ("fn n() {} + 1", "+ 1", "expected nothing after the body"),
        ("#[inline] fn n() {}", "inline", "`inline` has no meaning on a flow"),
        ("#[flo(name = \"a\")] fn n() {}", "flo", "did you mean `#[flow(..)]`?"),
        ("#[flow] fn n() {}", "flow", "expected options"),
        ("#[flow(nam = \"a\")] fn n() {}", "nam", "unknown option `nam`; did you mean `name`?"),
        ("#[flow(other = 1)] fn n() {}", "other", "there are `name`, `tz`, `crate`"),
        ("#[flow(name = \"a\", name = \"b\")] fn n() {}", "name", "`name` is given twice"),
        ("#[flow(name = \"a\")] #[flow(name = \"b\")] fn n() {}", "name", "`name` is given twice"),
        ("#[flow(name)] fn n() {}", "name", "write `name = \"..\"`"),
        ("#[flow(name = 5)] fn n() {}", "5", "expected a string, found `5`"),
        ("#[flow(name = )] fn n() {}", "name", "expected a string after `name =`"),
        ("#[flow(crate = \"x\")] fn n() {}", "\"x\"", "expected a path"),
        ("#[flow(name = \" \")] fn n() {}", "\" \"", "cannot be empty"),
        ("#[flow(name = \"a\\n\")] fn n() {}", "\"a\\n\"", "control characters"),
        ("#[flow(tz = \"Europe Berlin\")] fn n() {}", "\"Europe Berlin\"", "as `Europe/Berlin`"),
        ("#[flow(tz = \"\")] fn n() {}", "\"\"", "name of a time zone"),
        ("#[flow(name = \"a\" tz = \"UTC\")] fn n() {}", "\"a\" tz = \"UTC\"", "expected a string"),
        ("#[flow(5)] fn n() {}", "5", "expected an option"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_parameter_is_a_name_and_an_owned_type() {
    one_error_each(&[
        ("fn n(self) {}", "self", "a flow is no method"),
        ("fn n(&mut self, a: u8) {}", "&mut self", "a flow is no method"),
        ("fn n(mut a: u8) {}", "mut", "leave `mut` out"),
        ("fn n((a, b): (u8, u8), c: u8) {}", "(a, b)", "one name, not a pattern"),
        ("fn n(_: u8) {}", "_", "a parameter needs a name"),
        ("fn n(a: &str) {}", "&str", "write `a: String`"),
        ("fn n(a: &[m::Row]) {}", "&[m::Row]", "write `a: Vec<m::Row>`"),
        ("fn n(a: &'static Vec<u8>) {}", "&'static Vec<u8>", "write `a: Vec<u8>`"),
        ("fn n(a: impl T) {}", "impl T", "has one type"),
        ("fn n(a) {}", "a", "write `a: Type`"),
        ("fn n(a, b: u8) {}", "a", "write `a: Type`"),
        ("fn n(a: ) {}", "a", "write `a: Type`"),
        ("fn n(a: u8 = ) {}", "=", "expected the default of `a`"),
        ("fn n(#[cfg(x)] a: u8) {}", "#[cfg(x)]", "a flow has one shape"),
        ("fn n(#[x] a: u8) {}", "#[x]", "no attributes but docs"),
        ("fn n(a: u8 b: u8) {}", "b", "expected `,` between two parameters"),
        ("fn n(type: u8) {}", "type", "write `r#type`"),
    ]);
}
