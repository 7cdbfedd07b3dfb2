//! What an `if` or `match` becomes needs no prelude, and none of the names that it uses is in the way.
#![no_implicit_prelude]

use ::flow_runtime::{Runner, flow, task};

#[task]
fn one(ended: ::core::primitive::u32) -> ::core::primitive::u32 {
    ended
}

flow! {
    fn chosen(ended: ::core::primitive::u32) -> ::core::primitive::u32 {
        other = match ended { 0 => one(0), ended => one(ended) };
        last = if *other > 3 { one(*other) } else if ended == 1 { one(other) } else { one(ended) };
        none = if ended > 100 { one(last) };
        last
    }
}

fn main() {
    let run = ::core::result::Result::unwrap(Runner::in_memory().run(chosen(1)));
    ::core::assert_eq!(*run.output(), 1);
}
