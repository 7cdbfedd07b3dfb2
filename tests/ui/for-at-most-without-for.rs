use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        #[node(at_most = 3)]
    //         ^^^^^^^
        page = fetch("a");
    }
}

fn main() {}
