use flow_runtime::{flow, task};

#[task]
fn rows() -> Vec<u32> {
    vec![1, 2, 3]
}

#[task]
fn heavy(rows: &[u32]) -> usize {
    rows.len()
}

#[task]
fn light(number: usize) -> usize {
    number
}

#[derive(serde::Serialize, serde::Deserialize)]
pub struct Parsed(u32);

#[task]
fn parsed(rows: &[u32]) -> Parsed {
    Parsed(rows[0])
}

flow! {
    fn sized(big: bool) -> Parsed {
        all = rows();
        #[node(target = "<node>.txt")]
        //              ^^^^^^^^^^^^
        r = if big { parsed(all) } else { parsed(all) };
        r
    }
}

fn main() {}
