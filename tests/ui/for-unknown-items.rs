use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in uris { fetch(url) };
    //                     ^^^^
    }
}

fn main() {}
