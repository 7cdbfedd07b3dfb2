//! Each child of a `for` writes a file of its own, and one task takes all of them.
use flow_runtime::{Context, OutputFile, Runner, flow, task};

#[task(target = "parts/<number>.log")]
fn part(number: u32, cx: &Context) -> Result<OutputFile, std::io::Error> {
    let file = cx.output()?;
    std::fs::write(file.path(), "x".repeat(number as usize))?;
    Ok(file)
}

#[task]
fn bytes(parts: &[&OutputFile]) -> Result<u64, std::io::Error> {
    parts.iter().map(|part| Ok(std::fs::metadata(part.path())?.len())).sum()
}

flow! {
    fn parts() -> u64 {
        parts = for number in 1..=4_u32 { part(number) };
        all = bytes(parts);
        all
    }
}

fn main() {
    let store = tempfile::tempdir().unwrap();
    let runner = Runner::new().store(store.path());
    assert_eq!(*runner.run(parts()).unwrap().output(), 10);
    assert_eq!(std::fs::read_to_string(store.path().join("parts/3.log")).unwrap(), "xxx");
    assert_eq!(*Runner::in_memory().run(parts()).unwrap().output(), 10);
}
