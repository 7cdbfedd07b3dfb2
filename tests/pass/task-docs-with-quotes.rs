//! Docs with quotes, braces, backslashes and attributes come through as they are.
use flow_runtime::{Context, Runner, Task, flow, task};

/// Says "hello", `{name}` and \n.
///
/// 100 % of it: "# and <name>.
#[task(name = "say \"hello\" {twice}")]
fn hello(
    /// A "name".
    name: &str,
    context: &Context,
) -> String {
    format!("{} {name}", context.task())
}

#[doc = "One \"line\"."]
#[doc = r#"Raw "line"."#]
#[task]
fn raw() {}

/** A block "of"
 * docs. */
#[task]
fn block() {}

flow! {
    /// The flow's "docs": {name}, \n, 'x'.
    #[flow(name = "a \"quoted\" {name}")]
    fn greeting(
        /// Whose "name"?
        name: String = "you \"there\"".to_owned(),
    ) -> String {
        /// A "node".
        a = raw();
        b = block();
        /// Another {node}.
        c = hello(name, upstream: [a, b]);
        c
    }
}

fn main() {
    let run = Runner::in_memory().run(greeting()).unwrap();
    assert_eq!(run.flow(), "a \"quoted\" {name}");
    assert_eq!(run.output(), "say \"hello\" {twice} you \"there\"");
    assert!(
        hello::SPEC
            .docs
            .starts_with("Says \"hello\", `{name}` and \\n.\n")
    );
    assert_eq!(raw::SPEC.docs, "One \"line\".\nRaw \"line\".");
}
