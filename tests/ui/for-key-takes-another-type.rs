use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        #[node(key = u32::to_string)]
    //               ^^^
        pages = for url in urls { fetch(url) };
    }
}

fn main() {}
