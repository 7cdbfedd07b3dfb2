use flow_runtime::{flow, task};

use std::fmt;
use std::str::FromStr;

struct Level(u8);

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Level {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[task(target = "<task_name>.txt")]
fn level() -> Level {
    Level(1)
}

flow! {
    fn levels() {
        #[node(target = "level.postcard")]
        //              ^^^^^^^^^^^^^^^^
        a = level();
    }
}

fn main() {}
