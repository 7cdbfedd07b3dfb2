use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task(target = "pages/<index>.txt")]
fn get(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        page = get("a");
    //  ^^^^
    }
}

fn main() {}
