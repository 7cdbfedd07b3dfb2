//! errors: 9
//! A node's options are read as a task's are.
use flow_runtime::{flow, task};

#[task]
fn one() -> u32 {
    1
}

flow! {
    fn ones() {
        #[node(retries = 1u32, retry_delay = "soon", timeout = "PT5M", trigger = all_done, tags = ["db", "db"])]
        #[node(backoff(factor = 2, max = 60), skip_on_upstream_skip = no, on_state = "hook", format = yaml)]
        a = one();
    }
}

fn main() {}
