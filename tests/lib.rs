//! The tests of flow that need both crates: see the files beside this one.
