//! A unit struct is no task; rustc says so of the call and of the type.
//! errors: 2

use flow_runtime::flow;

struct One;

flow! {
    fn ones() {
        a = One();
        //  ^^^
    }
}

fn main() {}
