use flow_runtime::task;

pub struct Report(pub u32);

#[task(target = "<task_name>.json")]
pub fn report() -> Result<Report, std::io::Error> {
    //             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    Ok(Report(1))
}

fn main() {}
