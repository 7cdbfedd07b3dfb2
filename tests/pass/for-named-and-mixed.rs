//! Items in named arguments, in expressions, and beside parameters, nodes and resources.
use flow_runtime::{Runner, flow, task};

struct Shop {
    name: String,
}

#[task]
fn factor() -> u32 {
    10
}

#[task]
async fn price(#[resource] shop: &Shop, item: &str, factor: u32, extra: usize) -> String {
    format!("{}: {item} {}", shop.name, factor as usize + extra)
}

#[task]
fn joined(prices: &[&String]) -> String {
    prices.iter().map(|price| price.as_str()).collect::<Vec<_>>().join(", ")
}

flow! {
    fn prices(#[resource] shop: Shop, items: Vec<String>, extra: usize = 1) -> String {
        tenfold = factor();
        /// Docs of a node.
        #[node(retries = 2, timeout = "10s", tags = ["web"])]
        prices = for item in items {
            price(shop: shop, item: item, extra: extra + item.len(), factor: tenfold)
        };
        all = joined(prices);
        all
    }
}

fn main() {
    let shop = Shop { name: "shop".to_owned() };
    let run = Runner::in_memory().run(prices(shop, vec!["a".to_owned(), "bc".to_owned()])).unwrap();
    assert_eq!(run.output(), "shop: a 12, shop: bc 13");
}
