//! What the tests of recorded runs start, stop and kill: a binary of flows as any author's.
#![allow(missing_docs, reason = "a program has no interface")]

mod flows;
mod mixed;
mod side;

fn main() -> std::process::ExitCode {
    flow_runtime::main()
}
