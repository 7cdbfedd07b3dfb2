use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task]
fn both(a: &str, all: &[&String]) -> String {
    a.to_owned() + all[0]
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { fetch(url) };
        pairs = for page in pages { both(page, pages) };
    //                                         ^^^^^
    }
}

fn main() {}
