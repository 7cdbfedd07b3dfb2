//! errors: 13
//! Every option of a task is given once.
use flow_runtime::{NodeInfo, State, task};

fn hook(_: &NodeInfo<'_>, _: &State, _: &State) {}

#[task(
    name = "a",
    name = "b",
    target = "a.txt",
    target = "b.txt",
    format = text,
    format = json,
    version = 1,
    version = 2,
    checkpoint = true,
    checkpoint = true,
    retries = 1,
    retries = 2,
    retry_delay = "1s",
    retry_delay = "2s",
    backoff(factor = 2),
    backoff(factor = 3),
    timeout = "1s",
    timeout = "2s",
    trigger = all_successful,
    trigger = not_all_skipped,
    skip_on_upstream_skip = true,
    skip_on_upstream_skip = true,
    tags = ["a"],
    tags = ["b"],
    on_state = hook,
    on_state = hook
)]
fn one() -> u32 {
    1
}

fn main() {}
