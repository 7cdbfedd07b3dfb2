use flow_runtime::task;

#[task]
fn first<T: Clone>(rows: &[T]) -> T {
    //   ^
    rows[0].clone()
}

fn main() {}
