use flow_runtime::{flow, task};

#[task]
fn find() -> Option<u32> {
    Some(1)
}

#[task(skip_on_upstream_skip = false)]
fn count(found: Option<u32>) -> usize {
    found.into_iter().count()
}

flow! {
    fn counted() -> usize {
        found = find();
        n = count(found);
        //        ^^^^^
        n
    }
}

fn main() {}
