use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1]
}

#[task]
fn sum(rows: &[u32], day: u32) -> u32 {
    rows.iter().sum::<u32>() + day
}

flow! {
    fn sums(day: u32) {
        r = rows();
        #[node(target = "sums/<rows>.txt")]
        a = sum(r, day);
        //      ^
    }
}

fn main() {}
