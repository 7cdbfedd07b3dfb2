//! errors: 6
//! Every rule by which a node may run without a value.
use flow_runtime::plan::UpstreamState;
use flow_runtime::{flow, task};

fn mine(_: &[UpstreamState]) -> bool {
    true
}

#[task]
fn one() -> u32 {
    1
}

#[task]
fn taken(value: u32) -> u32 {
    value
}

flow! {
    fn all() {
        a = one();
        #[node(trigger = all_failed)]
        b = taken(*a + 1);
        #[node(trigger = any_failed)]
        c = taken(*a + 2);
        #[node(trigger = any_successful)]
        d = taken(*a + 3);
        #[node(trigger = all_finished)]
        e = taken(*a + 4);
        #[node(trigger = mine)]
        f = taken(*a + 5);
        #[node(skip_on_upstream_skip = false)]
        g = taken(*a + 6);
        // With these there is a value.
        #[node(trigger = all_successful)]
        h = taken(*a + 7);
        #[node(trigger = not_all_skipped)]
        i = taken(*a + 8);
    }
}

fn main() {}
