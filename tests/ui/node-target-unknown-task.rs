use flow_runtime::flow;

flow! {
    fn all(day: u32) {
        #[node(target = "<day>/<of>.txt", retry_delay = "1s")]
        a = half(day);
        //  ^^^^
    }
}

fn main() {}
