//! The commands that drive recorded runs and look at them, given to a real binary: what they do, what they say, how they
//! exit.

mod advice;
mod looking;
mod repair;
mod running;
mod slicing;
mod unusable;
mod waiting;
