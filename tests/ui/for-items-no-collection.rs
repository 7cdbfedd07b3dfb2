use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>, count: u32) {
        pages = for url in count { fetch(url) };
    //                     ^^^^^
    }
}

fn main() {}
