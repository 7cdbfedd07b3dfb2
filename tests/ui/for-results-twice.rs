use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task]
fn both(a: &str, b: &str) -> String {
    a.to_owned() + b
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { fetch(url) };
        pairs = for (a, b) in zip(pages, pages) { both(a, b) };
    //                                   ^^^^^
    }
}

fn main() {}
