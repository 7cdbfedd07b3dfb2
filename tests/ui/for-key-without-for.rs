use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        #[node(key = |url| url)]
    //         ^^^
        page = fetch("a");
    }
}

fn main() {}
