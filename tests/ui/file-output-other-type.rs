use flow_runtime::{Context, task};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct OutputFile(String);

#[task(target = "name.json")]
fn name(_cx: &Context) -> OutputFile {
    //                    ^^^^^^^^^^
    OutputFile("a".to_owned())
}

fn main() {}
