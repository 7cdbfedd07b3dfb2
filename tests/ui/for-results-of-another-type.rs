use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task]
fn sum(of: &[&u32]) -> u32 {
    of.iter().copied().sum()
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { fetch(url) };
        total = sum(pages);
    //              ^^^^^
    }
}

fn main() {}
