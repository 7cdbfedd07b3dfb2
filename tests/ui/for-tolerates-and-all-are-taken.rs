use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task]
fn count(of: &[&String]) -> usize {
    of.len()
}

flow! {
    fn crawl(urls: Vec<String>) {
        #[node(tolerate = "1%")]
        pages = for url in urls { fetch(url) };
        total = count(pages);
    //                ^^^^^
    }
}

fn main() {}
