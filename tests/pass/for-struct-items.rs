//! Items of an author's own type, taken by reference, by value, and by their fields in expressions.
use flow_runtime::{Runner, flow, task};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Shop {
    name: String,
    open: bool,
}

#[task]
fn by_reference(shop: &Shop) -> usize {
    shop.name.len()
}

#[task]
fn by_value(shop: Shop) -> bool {
    shop.open
}

#[task(target = "shops/<name>.txt")]
fn by_field(name: &str, open: bool) -> String {
    format!("{name} {open}")
}

#[task]
fn joined(texts: &[String], lengths: &[&usize], open: Vec<bool>) -> String {
    format!("{texts:?} {lengths:?} {open:?}")
}

flow! {
    fn shops(shops: Vec<Shop>) -> String {
        lengths = for shop in shops { by_reference(shop) };
        open = for shop in shops { by_value(shop) };
        texts = for shop in shops { by_field(&shop.name, shop.open) };
        all = joined(texts, lengths, open);
        all
    }
}

fn main() {
    let shop = |name: &str, open| Shop { name: name.to_owned(), open };
    let run = Runner::in_memory().run(shops(vec![shop("a", true), shop("bc", false)])).unwrap();
    assert_eq!(run.output(), r#"["a true", "bc false"] [1, 2] [true, false]"#);
}
