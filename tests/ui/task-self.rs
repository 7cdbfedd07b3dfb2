use flow_runtime::task;

struct Report;

impl Report {
    #[task]
    fn length(&self) -> usize {
        //    ^^^^^
        0
    }
}

fn main() {}
