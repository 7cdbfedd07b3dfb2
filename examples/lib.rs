//! The examples of flow: each file beside this one is a whole program.
