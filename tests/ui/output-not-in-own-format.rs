use flow_runtime::BoxError;
use flow_runtime::checkpoint::Format;
use flow_runtime::task;

pub struct Lines;

impl Format<Vec<u32>> for Lines {
    const NAME: &'static str = "lines";

    fn encode(_: &Vec<u32>) -> Result<Vec<u8>, BoxError> {
        Ok(Vec::new())
    }

    fn decode(_: &[u8]) -> Result<Vec<u32>, BoxError> {
        Ok(Vec::new())
    }
}

#[task(target = "<task_name>", format = Lines)]
//                                      ^^^^^
fn names() -> Vec<String> {
    Vec::new()
}

fn main() {}
