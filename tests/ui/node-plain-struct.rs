//! A unit struct is no task; rustc says so of the call, of the type and of its key.
//! errors: 3

use flow_runtime::flow;

struct One;

flow! {
    fn ones() {
        a = One();
        //  ^^^
    }
}

fn main() {}
