use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) -> String {
        pages = for url in urls { fetch(url) };
        pages
    //  ^^^^^
    }
}

fn main() {}
