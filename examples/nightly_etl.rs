//! A nightly import: the day's sales of every shop are cleaned, added up and reported.
//!
//! ```text
//! cargo run --example nightly_etl -- run --directory sales --date 2026-11-23
//! ```
//!
//! It reads `sales/2026-11-23/<shop>.csv` and writes below `results/2026-11-23/` a cleaned CSV and a JSON of each shop, a
//! table of all and a report. A second run of the day computes nothing but what a file has changed or added.

use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use flow_runtime::{BoxError, Context, Digest, flow, task};
use serde::{Deserialize, Serialize};

/// A shop's file of the day. The digest tells one that has changed: of a path a task sees the name, not what is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    shop: String,
    path: String,
    digest: String,
}

/// What was sold, `cents` each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sale {
    item: String,
    quantity: u64,
    cents: u64,
}

/// A shop's day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Total {
    shop: String,
    sales: usize,
    cents: u64,
}

/// Lists the day's files. It has no target: a file that came or has changed must be seen.
#[task]
fn list(directory: &str, cx: &Context) -> Result<Vec<Input>, BoxError> {
    let day = format!("{directory}/{}", cx.logical_time().date());
    let mut inputs = Vec::new();
    for entry in fs::read_dir(&day).map_err(|error| format!("{day}: {error}"))? {
        let path = entry?.path();
        if path.extension() == Some("csv".as_ref()) {
            let shop = path.file_stem().unwrap_or_default().display().to_string();
            let digest = Digest::of(&fs::read(&path)?).to_string();
            let path = path.display().to_string();
            inputs.push(Input { shop, path, digest });
        }
    }
    inputs.sort_by(|a, b| a.shop.cmp(&b.shop));
    Ok(inputs)
}

/// Reads a file, without what was taken back and with one spelling of each item.
#[task(target = "<date>/shops/<key>.csv")]
fn clean(input: &Input) -> Result<Vec<Sale>, BoxError> {
    let bytes = fs::read(&input.path)?;
    if Digest::of(&bytes).to_string() != input.digest {
        return Err("it has changed since it was listed".into());
    }
    let mut sales = Vec::new();
    for sale in csv::Reader::from_reader(&bytes[..]).deserialize() {
        let mut sale: Sale = sale?;
        sale.item = sale.item.trim().to_lowercase();
        sales.push(sale);
    }
    sales.retain(|sale| sale.quantity > 0);
    Ok(sales)
}

#[task(target = "<date>/shops/<key>.json")]
fn add_up(sales: &[Sale], input: &Input) -> Total {
    Total {
        shop: input.shop.clone(),
        sales: sales.len(),
        cents: sales.iter().map(|sale| sale.quantity * sale.cents).sum(),
    }
}

#[task(target = "<date>/<task_name>.csv")]
fn table(totals: &[Total]) -> Vec<Total> {
    let mut table = totals.to_vec();
    table.sort_by_key(|total| std::cmp::Reverse(total.cents));
    table
}

#[task(target = "<date>/<task_name>.txt")]
fn report(table: &[Total], cx: &Context) -> String {
    let all: u64 = table.iter().map(|total| total.cents).sum();
    let mut text = format!("{}: {all} cents\n", cx.logical_time().date());
    for Total { shop, sales, cents } in table {
        let _ = writeln!(text, "{shop}: {sales} sales, {cents} cents");
    }
    text
}

flow! {
    /// Imports the sales of a day.
    pub fn nightly_etl(
        /// Where the shops leave their files: `<directory>/<day>/<shop>.csv`.
        directory: String = "sales".to_owned(),
    ) -> String {
        inputs = list(directory);
        #[node(key = |input| &input.shop)]
        sales = for input in inputs { clean(input) };
        totals = for (of_shop, input) in zip(sales, inputs) { add_up(of_shop, input) };
        all = table(totals);
        text = report(all);
        text
    }
}

fn main() -> ExitCode {
    flow_runtime::main()
}
