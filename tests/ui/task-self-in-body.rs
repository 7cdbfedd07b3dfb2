use flow_runtime::task;

struct Report;

impl Report {
    const WIDTH: u32 = 80;

    #[task]
    fn double(x: u32) -> u32 {
        x * (2 + Self::WIDTH)
        //       ^^^^
    }
}

fn main() {}
