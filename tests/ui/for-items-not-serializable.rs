use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

struct Url(String);

#[task]
fn get(url: &Url) -> String {
    url.0.clone()
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in vec![Url(String::new())] { get(url) };
    //                     ^^^
    }
}

fn main() {}
