use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task]
fn number(of: u32) -> u32 {
    of
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { number(url) };
    //                                   ^^^
    }
}

fn main() {}
