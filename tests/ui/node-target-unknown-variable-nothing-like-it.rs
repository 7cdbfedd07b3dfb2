use flow_runtime::{flow, task};

#[task]
fn sum(rows: &[u32], day: u32) -> u32 {
    rows.iter().sum::<u32>() + day
}

flow! {
    fn sums(today: u32, limit: u32) {
        #[node(target = "sums/<colour>.txt")]
        //              ^^^^^^^^^^^^^^^^^^^
        a = sum(&[limit], today);
    }
}

fn main() {}
