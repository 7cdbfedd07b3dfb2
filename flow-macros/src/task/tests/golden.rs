//! Whole expansions as files beside the crate, for people to read: `BLESS=1 cargo test` writes them anew.

use std::{env, fs, path::Path};

use super::tokens;

/// Compares the expansion of `#[task(attr)] item` with `tests/golden/<name>.rs`.
fn compare(name: &str, attr: &str, item: &str) {
    let expanded = crate::task::task(tokens(attr), tokens(item));
    let file = syn::parse2(expanded).expect("an expansion is Rust");
    let expanded = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
        .with_extension("rs");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &expanded).expect("the golden file can be written");
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == expanded,
        "{} differs from the expansion; read the difference, then write it with BLESS=1:\n{expanded}",
        path.display()
    );
}

#[test]
fn a_task_with_a_target() {
    compare(
        "task_with_target",
        "target = \"reports/<day>/<task_name>.json\", version = 2",
        "/// Counts.\n\
         pub fn summarise(rows: &[Row], day: Date) -> String { format!(\"{} rows on {day}\", rows.len()) }",
    );
}

#[test]
fn an_async_task() {
    compare(
        "task_async",
        "",
        "async fn fetch(url: &str, limit: u32, context: &Context) -> Outcome<Vec<Row>> {\n\
             context.get(url, limit).await\n\
         }",
    );
}

#[test]
fn a_task_with_a_resource() {
    compare(
        "task_with_resource",
        "",
        "fn fetch(#[resource] http: &Client, url: &str) -> Page { http.get(url) }",
    );
}

#[test]
fn a_task_with_a_wrong_option() {
    compare(
        "task_with_wrong_option",
        "target = \"a/<dat>.json\"",
        "fn load(day: &Date) -> Result<Row, Error> { Row::load(day) }",
    );
}

#[test]
fn a_task_whose_trigger_cannot_be_read() {
    compare(
        "task_with_wrong_trigger",
        "trigger = all_finishd, retries = many",
        "fn tell(of: &str) -> String { of.to_owned() }",
    );
}

#[test]
fn a_task_with_a_wrong_parameter() {
    compare(
        "task_with_wrong_parameter",
        "",
        "fn load((a, b): (u8, u8), rows: &mut Vec<Row>, more: impl Copy) -> usize { rows.len() }",
    );
}

#[test]
fn a_method() {
    compare(
        "task_method",
        "",
        "fn load(&self, day: &Date) -> Row { self.row(day) }",
    );
}
