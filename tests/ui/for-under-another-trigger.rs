use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

use flow_runtime::Outcome;

#[task]
fn count(of: &[Outcome<&String>]) -> usize {
    of.len()
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { fetch(url) };
        #[node(trigger = all_finished)]
        total = count(pages);
    //                ^^^^^
    }
}

fn main() {}
