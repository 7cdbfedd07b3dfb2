use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task(target = "pages/<task_name>.txt")]
fn get(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        pages = for url in urls { get(url) };
    //  ^^^^^
    }
}

fn main() {}
