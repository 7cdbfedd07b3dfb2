//! The macros of flow: `#[task]` and `flow!`.
#![forbid(unsafe_code)]

mod errors;
mod fingerprint;
mod location;
mod suggest;
mod task;
mod template;

use proc_macro::TokenStream;

/// Makes a task of a free function.
#[proc_macro_attribute]
pub fn task(attr: TokenStream, item: TokenStream) -> TokenStream {
    task::task(attr.into(), item.into()).into()
}
