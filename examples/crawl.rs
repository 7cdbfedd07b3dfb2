//! A crawl of a few thousand pages, which this program serves itself: some are dead, some slow, some answer at the second try.
//! `cargo run --example crawl -- run` fetches them, 64 at a time; a second run, also after `kill -9`, what is missing.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use flow_runtime::{Each, flow, task};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The paths of the site, in the order of its map.
#[task]
fn sitemap(pages: u32) -> Vec<String> {
    (0..pages).map(|number| format!("page/{number}")).collect()
}

/// A page, kept in a file of its own: a run that goes on fetches what is missing.
#[task(target = "pages/<key>.html", format = text, retries = 2, retry_delay = "20ms", timeout = "5s")]
async fn fetch(path: &str) -> Result<String, std::io::Error> {
    let mut stream = tokio::net::TcpStream::connect(site()).await?;
    stream
        .write_all(format!("GET /{path} HTTP/1.0\r\n\r\n").as_bytes())
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.0 200") => Ok(body.to_owned()),
        _ => Err(std::io::Error::other(format!("`{path}` has no page"))),
    }
}

/// Where a page leads to.
#[task]
fn links(page: &str) -> Vec<String> {
    let links = page
        .split("href=\"/")
        .skip(1)
        .filter_map(|link| link.split('"').next());
    links.map(str::to_owned).collect()
}

/// The pages to which most lead: read one at a time, however many there are.
#[task(target = "ranking.json")]
fn rank(links: Each<Vec<String>>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for links in links {
        for link in links.iter() {
            *counts.entry(link.clone()).or_default() += 1;
        }
    }
    let mut ranking: Vec<(String, usize)> = counts.into_iter().collect();
    ranking.sort_by(|(a, first), (b, second)| second.cmp(first).then(a.cmp(b)));
    ranking.truncate(10);
    ranking
}

flow! {
    /// Fetches a site and ranks its pages.
    pub fn crawl(
        /// How many pages the site has.
        pages: u32 = 3000,
    ) -> Vec<(String, usize)> {
        paths = sitemap(pages);
        #[node(key = |path| path, at_most = 64, tolerate = "5%")]
        texts = for path in paths { fetch(path) };
        #[node(tolerate = "5%")]
        links = for text in texts { links(text) };
        ranking = rank(links);
        ranking
    }
}

/// Where the site is served, by threads of this process, from the first time that it is asked for.
fn site() -> SocketAddr {
    static SITE: OnceLock<SocketAddr> = OnceLock::new();
    *SITE.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || serve(stream));
            }
        });
        address
    })
}

/// Answers one request. Of a hundred pages one is dead, five are slow, and ten answer when they are asked again.
fn serve(mut stream: TcpStream) -> Option<()> {
    static ASKED: Mutex<Option<HashMap<u32, u32>>> = Mutex::new(None);
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request).ok()?;
    let number: u32 = request.split(['/', ' ']).find_map(|word| word.parse().ok())?;
    let asked = {
        let mut asked = ASKED.lock().ok()?;
        let asked = asked.get_or_insert_default().entry(number).or_default();
        *asked += 1;
        *asked
    };
    let is_there = match number % 100 {
        13 => false,
        20..30 => asked > 1,
        _ => true,
    };
    if (50..55).contains(&(number % 100)) {
        thread::sleep(Duration::from_millis(50));
    }
    let (next, tenth) = (number + 1, number / 10);
    let body = format!("<a href=\"/page/{next}\">next</a> <a href=\"/page/{tenth}\">up</a>");
    let status = if is_there { "200 OK" } else { "404 Not Found" };
    write!(stream, "HTTP/1.0 {status}\r\n\r\n{body}").ok()
}

fn main() -> std::process::ExitCode {
    flow_runtime::main()
}
