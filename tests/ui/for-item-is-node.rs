use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        first = fetch("a");
        pages = for first in urls { fetch(first) };
    //              ^^^^^
    }
}

fn main() {}
