use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Page(String);

#[task]
fn get(url: &str) -> Page {
    Page(url.to_owned())
}

#[task]
fn count(of: &[Page]) -> usize {
    of.len()
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { get(url) };
        total = count(pages);
    //                ^^^^^
    }
}

fn main() {}
