use flow_runtime::{flow, task};

#[task]
fn one() -> Result<u32, std::io::Error> {
    Ok(1)
}

flow! {
    fn ones() {
        a = one()?;
        //       ^
    }
}

fn main() {}
