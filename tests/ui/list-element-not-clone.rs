use flow_runtime::{flow, task};

#[derive(serde::Serialize, serde::Deserialize)]
struct Row(u32);

#[task]
fn row() -> Row {
    Row(1)
}

#[task]
fn sum(rows: Vec<Row>) -> u32 {
    rows.iter().map(|row| row.0).sum()
}

flow! {
    fn sums() -> u32 {
        a = row();
        s = sum(rows: [a]);
        //             ^
        s
    }
}

fn main() {}
