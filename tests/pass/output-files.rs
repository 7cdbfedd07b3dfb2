//! Tasks that write their results themselves: with any extension, or none, and wherever a node has them lie.

use std::{fs, io};

use flow_runtime::{BoxError, Context, OutputFile, Runner, flow, task};

#[task(target = "<day>/<task_name>.tar.zst")]
fn dump(cx: &Context, day: u32) -> Result<OutputFile, io::Error> {
    let file = cx.output()?;
    fs::write(file.path(), day.to_string())?;
    Ok(file)
}

#[task(target = "README")]
async fn readme(cx: &Context) -> Result<flow_runtime::OutputFile, BoxError> {
    let file = cx.output()?;
    fs::write(&file, "read me")?;
    Ok(file)
}

#[task]
fn infallible(cx: &Context) -> OutputFile {
    let file = cx.output().unwrap();
    fs::write(&file, "").unwrap();
    file
}

#[task(checkpoint = false)]
fn passing(cx: &Context) -> io::Result<OutputFile> {
    let file = cx.output()?;
    fs::write(&file, "passes")?;
    Ok(file)
}

#[task(checkpoint = false)]
fn several(cx: &Context) -> io::Result<Vec<OutputFile>> {
    let files = vec![cx.output()?, cx.output()?];
    files.iter().try_for_each(|file| fs::write(file, "one of several"))?;
    Ok(files)
}

#[task]
fn size(file: &OutputFile) -> io::Result<u64> {
    Ok(fs::metadata(file.path())?.len())
}

#[task]
fn sizes(files: &[&OutputFile], more: &[OutputFile]) -> io::Result<u64> {
    let more = more.iter().chain(files.iter().copied());
    more.map(|file| Ok(fs::metadata(file)?.len())).sum()
}

#[task]
fn by_value(file: OutputFile) -> bool {
    file.path().is_absolute()
}

#[task(skip_on_upstream_skip = false)]
fn tolerant(file: Option<&OutputFile>) -> bool {
    file.is_some()
}

flow! {
    fn files(day: u32 = 7) -> u64 {
        a = dump(day);
        #[node(target = "<day>/elsewhere.json")]
        b = dump(day);
        #[node(target = "<node>.<day>")]
        c = infallible();
        #[node(target = "mine.gz")]
        d = readme();
        e = passing();
        f = several();
        g = size(e);
        h = tolerant(c);
        i = sizes([a, b, d], f);
        #[node(target = "README.old")]
        j = readme();
        k = by_value(j);
        i
    }
}

fn main() {
    let run = Runner::in_memory().run(files()).unwrap();
    assert_eq!(*run.output(), 1 + 1 + 7 + 28);
    assert!(*run.result(files::h).unwrap() && *run.result(files::k).unwrap());
}
