use flow_runtime::{flow, task};

#[task]
fn sum(rows: &[u32], day: u32) -> u32 {
    rows.iter().sum::<u32>() + day
}

flow! {
    fn sums(day: u32) {
        #[node(target = "sums/<dya>.txt")]
        //              ^^^^^^^^^^^^^^^^
        a = sum(&[1], day);
    }
}

fn main() {}
