use flow_runtime::{flow, task};

#[task]
fn fetch(url: &str) -> String {
    url.to_owned()
}

flow! {
    fn crawl(urls: Vec<String>) {
        #[node(target = "pages/<index>.txt")]
    //                  ^^^^^^^^^^^^^^^^^^^
        page = fetch("a");
    }
}

fn main() {}
