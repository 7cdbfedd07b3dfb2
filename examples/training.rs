//! A training batch: how warm will a day be? Models are trained at several learning rates, and the best is chosen.
//!
//! ```text
//! cargo run --example training -- run
//! cargo run --example training -- run --rates '[0.05, 0.2, 3.0]' --epochs 4000
//! ```
//!
//! Each model is a child with a target of its own, and leaves its weights every 50 epochs: killed, the next `run` goes on
//! where it was. Another rate trains one more model. A rate that is too large diverges: that model fails, and is borne.

use std::array;
use std::process::ExitCode;

use flow_runtime::{BoxError, Context, Each, flow, task};
use serde::{Deserialize, Serialize};

/// A 1 for the constant, then the lowest temperature, rain and wind, scaled; and what is to be told of it in °C.
type Day = ([f64; 4], f64);

/// The days to train with, and those to judge by.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Split {
    train: Vec<Day>,
    judge: Vec<Day>,
}

/// The weights after training at a rate, and how far off they are on days they have not seen, in °C.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    rate: f64,
    weights: [f64; 4],
    error: f64,
}

#[task]
fn read(file: &str) -> Result<Vec<Day>, BoxError> {
    let mut days = Vec::new();
    for row in csv::Reader::from_path(file)?.deserialize() {
        let (_, rain, warmest, coldest, wind, _): (String, f64, f64, f64, f64, String) = row?;
        days.push(([1.0, coldest / 10.0, rain / 10.0, wind / 10.0], warmest));
    }
    Ok(days)
}

/// Every fifth day is to judge by.
#[task]
fn split(days: &[Day]) -> Split {
    let mut split = Split::default();
    for (at, day) in days.iter().enumerate() {
        let part = if at % 5 == 4 {
            &mut split.judge
        } else {
            &mut split.train
        };
        part.push(*day);
    }
    split
}

fn mistake(weights: &[f64; 4], (x, y): &Day) -> f64 {
    x.iter().zip(weights).map(|(x, weight)| x * weight).sum::<f64>() - y
}

/// Gradient descent over all days, `epochs` times.
#[task(target = "models/<key>.json")]
fn train(rate: f64, days: &Split, epochs: u32, cx: &Context) -> Result<Model, BoxError> {
    let (mut epoch, mut weights): (u32, [f64; 4]) = cx.details()?.unwrap_or_default();
    let step = rate / f64::from(u32::try_from(days.train.len())?);
    while epoch < epochs {
        let mut slope = [0.0; 4];
        for day in &days.train {
            let mistake = mistake(&weights, day);
            slope = array::from_fn(|at| slope[at] + mistake * day.0[at]);
        }
        weights = array::from_fn(|at| weights[at] - step * slope[at]);
        if weights.iter().any(|weight| weight.abs() > 1e6) {
            return Err(cx.fail(format!("it diverges at epoch {epoch}")).into());
        }
        epoch += 1;
        if epoch.is_multiple_of(50) {
            cx.set_details(&(epoch, weights))?;
            cx.progress(f64::from(epoch) / f64::from(epochs));
        }
    }
    let squares: f64 = days.judge.iter().map(|day| mistake(&weights, day).powi(2)).sum();
    let error = (squares / f64::from(u32::try_from(days.judge.len())?)).sqrt();
    Ok(Model { rate, weights, error })
}

#[task(target = "best.json")]
fn choose(models: Each<Model>) -> Result<Model, String> {
    let best = models.min_by(|a, b| a.error.total_cmp(&b.error));
    best.map(|model| model.clone())
        .ok_or_else(|| "no rate converges".to_owned())
}

flow! {
    /// Trains a model at each rate, and chooses the best.
    pub fn training(
        /// The record: date, precipitation, temp_max, temp_min, wind, weather.
        file: String = concat!(env!("CARGO_MANIFEST_DIR"), "/data/seattle-weather.csv").to_owned(),
        rates: Vec<f64> = vec![0.02, 0.1, 0.5, 2.0],
        epochs: u32 = 500,
    ) -> Model {
        days = read(file);
        parts = split(days);
        #[node(key = f64::to_string, tolerate = "50%")]
        models = for rate in rates { train(rate, parts, epochs) };
        best = choose(models);
        best
    }
}

fn main() -> ExitCode {
    flow_runtime::main()
}
