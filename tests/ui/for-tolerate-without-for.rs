use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        #[node(tolerate = 3)]
    //         ^^^^^^^^
        page = fetch("a");
    }
}

fn main() {}
